// node prefetch.mjs EXTENSION_FOLDER: prints which packaged files are fetched, and how often, if some are prefetched.
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const root = pathToFileURL(`${folder}/`).href;
const fetched = [];
globalThis.navigator ??= {}; // Node 20 has none
globalThis.fetch = async (address) => {
  fetched.push(String(address).slice(root.length));
  return new Response(`no ${fetched.length}`);
};
const { allowPackageFetch, prefetchPackaged } = await import(`${root}engine/network-lockdown.js`);
prefetchPackaged("vendor/code.wasm");
prefetchPackaged("vendor/unused");
allowPackageFetch();
const first = await (await fetch(`${root}vendor/code.wasm`)).text();
const second = await (await fetch(`${root}vendor/code.wasm`)).text();
const foreign = await fetch("https://elsewhere.example/code.wasm").then(
  () => "answered",
  () => "refused",
);
console.log(JSON.stringify({ first, second, foreign, fetched }));
