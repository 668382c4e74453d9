/** What a quiz is called and about. */

import { html, useState } from "../../vendor/preact.mjs";
import { enumerated } from "../question.js";
import { t } from "../text.js";
import { TextField } from "./fields.js";

/** By commas, of whichever keyboard. */
const parted = (text) => text.split(/[,،，]/).map((tag) => tag.trim()).filter(Boolean);

export function AboutForm({ quiz, problems, shows, onChange, onLeave }) {
  const [typed, setTyped] = useState(null); // the tags while they are typed, with their commas
  const at = (field) => ({ problem: shows(field) ? problems?.get(field) : undefined, onBlur: () => onLeave(field) });
  const tags = (text) => {
    setTyped(text);
    onChange({ tags: parted(text) });
  };
  const leave = () => {
    setTyped(null);
    onLeave("tags");
  };
  return html`
    <section class="about" aria-label=${t("About the quiz")}>
      <${TextField} label=${t("Title")} maxlength="200" testid="title" value=${quiz.title} onChange=${(title) => onChange({ title })} ...${at("title")} />
      <${TextField} label=${t("Tags")} testid="tags" placeholder=${t("biology, year 7")} value=${typed ?? enumerated(quiz.tags)} onChange=${tags} ...${at("tags")}
        onBlur=${leave} />
      <${TextField} label=${t("Description")} rows=${1} maxlength="1000" testid="description" value=${quiz.description}
        onChange=${(description) => onChange({ description })} ...${at("description")} />
      <${TextField} label=${t("Language")} maxlength="35" testid="language" placeholder="en" value=${quiz.language}
        onChange=${(language) => onChange({ language })} ...${at("language")} />
    </section>`;
}
