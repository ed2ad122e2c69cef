// The choice of the interface's language on the privacy sheet. language.js applies it when a page opens.

const KEY = "language"; // in localStorage, because it must be known before the page is shown

export function offerLanguages(select) {
  select.value = localStorage.getItem(KEY) ?? "";
  select.addEventListener("change", () => {
    if (select.value) localStorage.setItem(KEY, select.value);
    else localStorage.removeItem(KEY);
    location.reload(); // language.js opens the page in the new language
  });
  window.addEventListener("storage", ({ key }) => {
    if (key === KEY) location.reload(); // chosen in another window
  });
}
