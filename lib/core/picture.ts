/** Which files have a small picture to show: by name alone, of the kinds Dropbox makes them of. Pure. */
const PICTURE = /\.(jpe?g|png|tiff?|gif|webp|bmp|ppm)$/i;

export const isPicture = (path: string): boolean => PICTURE.test(path);

/** Files whose small pictures are shown in one sheet: as many as Dropbox takes in one request. */
export const SHEET_MAX = 25;

/** One file's picture, as it was in one revision. */
export interface PictureOf {
  id: string;
  rev: string;
}
