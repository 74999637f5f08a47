/** What Facebook's answers hold, reduced to what the relay reads. Ids stay text: they do not fit into a number. */
import { z } from "zod";

/** A number is taken only while it is exact. */
export const idSchema = z.union([z.string().regex(/^\d+(_\d+)?$/), z.int().nonnegative().transform(String)]);
const maybeId = idSchema.nullish().catch(null);
const maybeText = z.string().nullish().catch(null);
const maybeFlag = z.boolean().nullish().catch(null);
const orNull = <T>(value: T | null | undefined): T | null => value ?? null;

/** `2026-01-02T18:31:28+0000` (no colon in the offset) or unix seconds, as milliseconds; null when unreadable. */
export const timeSchema = z
  .union([z.string().transform((text) => Date.parse(text)), z.number().transform((seconds) => seconds * 1000)])
  .nullish()
  .catch(null)
  .transform((ms) => (ms === null || ms === undefined || Number.isNaN(ms) ? null : ms));

/** Links to Facebook itself may come as a path. */
export const linkSchema = maybeText.transform((text) =>
  text && URL.canParse(text, "https://www.facebook.com") ? new URL(text, "https://www.facebook.com").href : null,
);

export const createdSchema = z.looseObject({ id: idSchema }).transform(({ id }) => ({ id }));

export const uploadedPhotoSchema = z
  .looseObject({ id: idSchema, post_id: maybeId })
  .transform(({ id, post_id }) => ({ id, postId: orNull(post_id) }));

/** `{"success":true}`, on some edges the bare `true`; anything else is no success. */
export const doneSchema = z
  .union([z.literal(true), z.looseObject({ success: z.union([z.literal(true), z.literal("true")]) })])
  .transform(() => null);

export const photoSchema = z
  .looseObject({ id: idSchema, page_story_id: maybeId, created_time: timeSchema })
  .transform((photo) => ({ id: photo.id, pageStoryId: orNull(photo.page_story_id), createdAt: photo.created_time }));

const target = z.looseObject({ id: maybeId }).nullish().catch(null);
const attachment = z.looseObject({ target, unshimmed_url: maybeText });
const attachmentsSchema = z.looseObject({
  data: z.array(
    attachment.extend({
      subattachments: z
        .looseObject({ data: z.array(attachment) })
        .nullish()
        .catch(null),
    }),
  ),
});

export const POST_FIELDS =
  "id,message,created_time,permalink_url,is_published,application{id},attachments{target{id},unshimmed_url,subattachments{target{id}}}";

export const postSchema = z
  .looseObject({
    id: idSchema,
    message: maybeText,
    created_time: timeSchema,
    permalink_url: linkSchema,
    is_published: maybeFlag,
    application: z.looseObject({ id: maybeId }).nullish().catch(null),
    attachments: attachmentsSchema.nullish().catch(null),
  })
  .transform((post) => {
    const shown = (post.attachments?.data ?? []).flatMap((one) => [one, ...(one.subattachments?.data ?? [])]);
    return {
      id: post.id,
      message: orNull(post.message),
      createdAt: post.created_time,
      permalinkUrl: post.permalink_url,
      isPublished: orNull(post.is_published),
      /** The app that posted it; null for what a person posted. */
      applicationId: orNull(post.application?.id),
      /** Photos and videos in it. */
      mediaIds: shown.flatMap((one) => one.target?.id ?? []),
      /** Links in it, as they were given. */
      links: shown.flatMap((one) => one.unshimmed_url ?? []),
    };
  });
export type Post = z.output<typeof postSchema>;

export const postsSchema = z
  .looseObject({
    data: z.array(postSchema),
    paging: z
      .looseObject({ next: z.string().nullish(), cursors: z.looseObject({ after: z.string().nullish() }).nullish() })
      .nullish(),
  })
  // Only a missing `next` is the end. One we cannot follow must not look like it: the search would seem complete.
  .refine(({ paging }) => !paging?.next || Boolean(paging.cursors?.after))
  .transform(({ data, paging }) => ({ posts: data, after: paging?.next ? orNull(paging.cursors?.after) : null }));

export const pageTokenSchema = z
  .looseObject({ id: idSchema, access_token: maybeText })
  .transform((page) => ({ id: page.id, accessToken: page.access_token || null }));

const expirySchema = z
  .number()
  .nullish()
  .catch(null)
  // 0 is never, not 1970.
  .transform((seconds) => (seconds ? seconds * 1000 : null));

export const debugTokenSchema = z
  .looseObject({
    data: z.looseObject({
      is_valid: z.boolean(),
      type: maybeText,
      app_id: maybeId,
      profile_id: maybeId,
      expires_at: expirySchema,
      data_access_expires_at: expirySchema,
      scopes: z.array(z.string()).nullish().catch(null),
      granular_scopes: z
        .array(z.looseObject({ scope: z.string(), target_ids: z.array(idSchema).nullish().catch(null) }))
        .nullish()
        .catch(null),
    }),
  })
  .transform(({ data }) => ({
    isValid: data.is_valid,
    type: orNull(data.type),
    appId: orNull(data.app_id),
    profileId: orNull(data.profile_id),
    expiresAt: data.expires_at,
    dataAccessExpiresAt: data.data_access_expires_at,
    scopes: data.scopes ?? [],
    /** The Pages a permission was given for; null: not limited. */
    granted: (data.granular_scopes ?? []).map((one) => ({ scope: one.scope, targetIds: orNull(one.target_ids) })),
  }));
