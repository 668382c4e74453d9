/** The HTTP interface for quizzes: lists, versions, drafts, who is editing, files. Changes are made from a version (If-Match). */

import { call } from "../api.js";

const at = (slug) => `/quizzes/${encodeURIComponent(slug)}`;
const from = (version) => ({ headers: { "If-Match": `"${version}"` } });

/** {quizzes, next, total}: those with all words of `words` and all `tags`; `cursor` is an earlier `next`. */
export function list({ words = "", tags = [], cursor = null, limit = 60 }) {
  const asked = new URLSearchParams({ limit });
  if (words) asked.set("q", words);
  for (const tag of tags) asked.append("tag", tag);
  if (cursor) asked.set("cursor", cursor);
  return call("GET", `/quizzes?${asked}`);
}

export const tags = async () => (await call("GET", "/tags")).tags;

/** null where there is none. */
export const find = (slug) => orNull(call("GET", at(slug)));

/** `draft` names the draft that becomes this quiz. */
export const create = (quiz, draft) => call("POST", draft ? `/quizzes?draft=${draft}` : "/quizzes", quiz);

export const save = (slug, quiz, version) => call("PUT", at(slug), quiz, from(version));

export const remove = (slug, version) => call("DELETE", at(slug), undefined, from(version));

export const restore = ({ slug, owner }) => call("POST", `${at(slug)}/restore${owner === null ? "?shared=true" : ""}`);

export const duplicate = (slug) => call("POST", `${at(slug)}/duplicate`, {});

/** What is wrong: a list of {path, reason}. */
export const check = async (quiz) => (await call("POST", "/quizzes/check", quiz)).problems;

export const drafts = async () => (await call("GET", "/drafts")).drafts;

export const draft = (slug) => orNull(call("GET", `${at(slug)}/draft`));

/** Keeps a draft in place of that of `version`, null where there is none yet: {version, quiz_version}. */
export const keepDraft = (slug, content, base, version) =>
  call("PUT", `${at(slug)}/draft`, { content, base }, version === null ? { headers: { "If-None-Match": "*" } } : from(version));

export const dropDraft = (slug) => orNull(call("DELETE", `${at(slug)}/draft`));

/** Says that this editor has the quiz open: {editors, quiz_version, updated_by}. */
export const editing = (slug, editor) => call("POST", `${at(slug)}/editors`, { editor });

/** Says that it has not any more; also while the page closes. */
export const left = (slug, editor) => call("DELETE", `${at(slug)}/editors/${editor}`, undefined, { keepalive: true });

/** {format, quiz, places, problems, notes} of a file, which changes nothing. */
export const readFile = (file) => call("POST", `/quizzes/import?dry_run=true&filename=${encodeURIComponent(file.name)}`, file);

export const exportAddress = (slug, format) => `/api/v1${at(slug)}/export?format=${format}`;

/** The address of an image, as it is kept. */
export const bringImage = async (file) => (await call("POST", "/images", file)).image;

async function orNull(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}
