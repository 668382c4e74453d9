/** The HTTP interface for quizzes: lists, versions, drafts, who is editing, files. Changes are made from a version (If-Match). */

import { call } from "../api.js";

const from = (version) => ({ headers: { "If-Match": `"${version}"` } });

/** The quizzes that somebody has before them: their own and the shared ones, or for an admin those of the host `owner`. */
export function quizzesOf(owner = null) {
  const path = (rest, asked = {}) => {
    const query = new URLSearchParams({ ...asked, ...(owner !== null && { owner }) }).toString();
    return query ? `/quizzes${rest}?${query}` : `/quizzes${rest}`;
  };
  const at = (slug, rest = "", asked = {}) => path(`/${encodeURIComponent(slug)}${rest}`, asked);
  /** Of lists: without the shared ones of another host's. */
  const only = owner === null ? {} : { owner, own: "true" };
  return {
    owner,

    /** {quizzes, next, total}: those with all words of `words` and all `tags`; `cursor` is an earlier `next`. */
    list({ words = "", tags = [], cursor = null, limit = 60 }) {
      const asked = new URLSearchParams({ limit, ...only });
      if (words) asked.set("q", words);
      for (const tag of tags) asked.append("tag", tag);
      if (cursor) asked.set("cursor", cursor);
      return call("GET", `/quizzes?${asked}`);
    },

    tags: async () => (await call("GET", `/tags?${new URLSearchParams(only)}`)).tags,

    /** null where there is none. */
    find: (slug) => orNull(call("GET", at(slug))),

    /**
     * `draft` names the draft that becomes this quiz. Asked for again after no answer it may come twice, as a copy may: two quizzes
     * alike are no mistake to the server. Lists show both, and one is deleted.
     */
    create: (quiz, draft) => call("POST", path("", draft && { draft }), quiz),

    save: (slug, quiz, version) => call("PUT", at(slug), quiz, from(version)),

    remove: (slug, version) => call("DELETE", at(slug), undefined, from(version)),

    /** `quiz` is one of a list: whether it is shared, that says. */
    restore: (quiz) => call("POST", at(quiz.slug, "/restore", quiz.owner === null ? { shared: "true" } : {})),

    /** {quizzes, kept_days}: what can be restored; with `shared`, of what all hosts share. */
    deleted: ({ shared = false } = {}) => {
      const asked = { ...(owner !== null && { owner }), ...(shared && { shared: "true" }) };
      return call("GET", `/deleted-quizzes?${new URLSearchParams(asked)}`);
    },

    /** A copy for oneself. */
    duplicate: (slug) => call("POST", at(slug, "/duplicate"), {}),

    draft: (slug) => orNull(call("GET", at(slug, "/draft"))),

    /** Keeps a draft in place of that of `version`, null where there is none yet: {version, quiz_version}. */
    keepDraft: (slug, content, base, version) =>
      call("PUT", at(slug, "/draft"), { content, base }, version === null ? { headers: { "If-None-Match": "*" } } : from(version)),

    dropDraft: (slug) => orNull(call("DELETE", at(slug, "/draft"))),

    /** Says that this editor has the quiz open: {editors, quiz_version, updated_by}. */
    editing: (slug, editor) => call("POST", at(slug, "/editors"), { editor }),

    /** Says that it has not any more; also while the page closes. */
    left: (slug, editor) => call("DELETE", at(slug, `/editors/${editor}`), undefined, { keepalive: true }),

    /** What the files of an export leave out: a list of {format, left_out: [{reason, questions}]}. */
    leftOut: async (slug) => (await call("GET", at(slug, "/left-out"))).formats,

    exportAddress: (slug, format) => `/api/v1${at(slug, "/export", { format })}`,
  };
}

/** The page on which a quiz is written; `owner` is another host's name, or null. */
export const pageOf = (slug, owner = null) => `/host/quizzes/${slug}${owner === null ? "" : `?${new URLSearchParams({ owner })}`}`;

/** What is wrong: a list of {path, reason}. */
export const check = async (quiz) => (await call("POST", "/quizzes/check", quiz)).problems;

/** All drafts of the host who is signed in, of whosever quizzes. */
export const drafts = async () => (await call("GET", "/drafts")).drafts;

/** {format, quiz, places, problems, notes} of a file, which changes nothing. */
export const readFile = (file) => call("POST", `/quizzes/import?dry_run=true&filename=${encodeURIComponent(file.name)}`, file);

const onTheirWay = new Set();

/** The address of an image, as it is kept. */
export function bringImage(file) {
  const kept = call("POST", "/images", file).then(({ image }) => image);
  onTheirWay.add(kept);
  kept.finally(() => onTheirWay.delete(kept)).catch(() => {}); // who asked hears of it
  return kept;
}

/** Once no image is on its way any more, and who asked for it has it. */
export const imagesBrought = () => Promise.allSettled(onTheirWay);

async function orNull(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}
