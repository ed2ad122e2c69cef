// The interface text of scripts, by message id. The build writes catalogue.js from core/nutshell/messages: the messages
// that scripts use, with a text for each of the language's plural categories where it depends on a number.

import { locale, messages } from "./catalogue.js";

const categories = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);

/** The text of a message. `{name}` in it becomes `values.name`. */
export function text(id, values = {}) {
  return fill(messages[id] ?? id, values);
}

/** The text for `count`, which is also the value of `{count}`. */
export function plural(id, count, values = {}) {
  const forms = messages[id];
  return fill(forms?.[categories.select(count)] ?? forms?.other ?? id, { count, ...values });
}

/** The name of a language by its tag, such as "Korean" for `ko`. */
export function languageName(tag) {
  return new Intl.DisplayNames(locale, { type: "language" }).of(tag);
}

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (placeholder, name) => {
    const value = values[name];
    if (value === undefined) return placeholder;
    return typeof value === "number" ? numbers.format(value) : value;
  });
}
