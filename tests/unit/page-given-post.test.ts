import { describe, expect, it } from "vitest";
import { linkToRemote, remoteOfGiven } from "@/lib/destinations/page/given-post.ts";
import { writeNote } from "@/lib/destinations/page/note.ts";

const PAGE = "123";
const posting = writeNote({ stage: "posting", rev: "r", photoId: "77", text: "t", files: 3, doubted: true, at: 1 });
const finishing = writeNote({ stage: "finishing", rev: "r", videoId: "88", sessionId: "s", at: 1 });

describe("the post a person means", () => {
  it.each([
    ["123_456", "123_456//1"],
    ["456", "123_456//1"],
    [" 123_456 ", "123_456//1"],
    ["https://www.facebook.com/somebody/posts/456", "123_456//1"],
    ["https://www.facebook.com/somebody/posts/some-words/456/?x=1", "123_456//1"],
    ["https://m.facebook.com/permalink.php?story_fbid=456&id=123", "123_456//1"],
    ["https://www.facebook.com/123_456", "123_456//1"],
    ["https://www.facebook.com/somebody/posts/pfbid02abc", null],
    ["https://www.facebook.com/permalink.php?story_fbid=pfbid02abc&id=123", null],
    ["https://facebook.com.example.org/123_456", null],
    ["https://example.org/posts/456", null],
    ["456/789", null],
    ["", null],
    ["the first one", null],
  ])("%j → %j", (given, remote) => {
    expect(remoteOfGiven(given, null, PAGE)).toBe(remote);
  });

  it("not named → that it is there, with the photo or video that was noted and how many share it", () => {
    expect(remoteOfGiven(null, null, PAGE)).toBe("//1");
    expect(remoteOfGiven(null, posting, PAGE)).toBe("/77/3");
    expect(remoteOfGiven("456", posting, PAGE)).toBe("123_456/77/3");
    expect(remoteOfGiven(null, finishing, PAGE)).toBe("88/88/1");
  });

  it("known → an address to open; not known → none", () => {
    expect(linkToRemote("123_456//1")).toBe("https://www.facebook.com/123_456");
    expect(linkToRemote("/77/1")).toBeNull();
  });
});
