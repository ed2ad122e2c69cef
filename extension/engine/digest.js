// SHA-256, by which files of the package and slots of the lock are held to what they should be.

/** @param {BufferSource} bytes @returns {Promise<Uint8Array>} 32 bytes */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** The same in hexadecimal, as manifests have it. */
export async function sha256Hex(bytes) {
  return Array.from(await sha256(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
