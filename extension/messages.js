// The interface text of scripts, by message id. The build writes catalogue.js from core/nutshell/messages: the messages
// that scripts use, with a text for each of the language's plural categories where it depends on a number. English is
// always there; catalogues/LANGUAGE.js has another language.

import { languages, locale as english, messages as englishMessages } from "./catalogue.js";

let locale, messages, categories, numbers;
useMessages(english, englishMessages);

/** Uses these texts from now on. An id without a text falls back to English. */
export function useMessages(tag, texts) {
  locale = tag;
  messages = texts;
  categories = new Intl.PluralRules(tag);
  numbers = new Intl.NumberFormat(tag);
}

/** Loads and uses the texts of a language, for contexts whose document doesn't load them. Unknown languages are ignored. */
export async function useLanguage(tag) {
  if (tag === english) return useMessages(english, englishMessages);
  if (tag === locale || !languages.includes(tag)) return;
  try {
    useMessages(tag, (await import(`./catalogues/${tag}.js`)).messages);
  } catch (error) {
    console.warn(`The texts in ${tag} could not be loaded:`, error);
  }
}

/** The text of a message. `{name}` in it becomes `values.name`. */
export function text(id, values = {}) {
  return fill(pattern(id) ?? id, values);
}

/** The text for `count`, which is also the value of `{count}`. */
export function plural(id, count, values = {}) {
  const forms = pattern(id);
  return fill(forms?.[categories.select(count)] ?? forms?.other ?? id, { count, ...values });
}

/** The name of a language by its tag, such as "Korean" for `ko`. */
export function languageName(tag) {
  return new Intl.DisplayNames(locale, { type: "language" }).of(tag);
}

function pattern(id) {
  return messages[id] ?? englishMessages[id];
}

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (placeholder, name) => {
    const value = values[name];
    if (value === undefined) return placeholder;
    return typeof value === "number" ? numbers.format(value) : value;
  });
}
