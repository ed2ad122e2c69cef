/**
 * All bytes of a Response, by way of a Blob, which the browser fills by itself: a large body that is read in this thread
 * takes twice the time.
 * @param {Response} answer
 * @returns {Promise<Uint8Array>}
 */
export async function responseBytes(answer) {
  return new Uint8Array(await (await answer.blob()).arrayBuffer());
}
