// An in-memory FileSystemSyncAccessHandle, with the methods that the engine uses. Flushing calls `failing`, which may throw.
export class MemoryFile {
  bytes = new Uint8Array(0);
  failing = null;
  getSize = () => this.bytes.length;
  read(target, { at }) {
    const part = this.bytes.subarray(at, at + target.length);
    target.set(part);
    return part.length;
  }
  write(source, { at }) {
    if (at + source.length > this.bytes.length) this.truncate(at + source.length);
    this.bytes.set(source, at);
    return source.length;
  }
  truncate(size) {
    const next = new Uint8Array(size);
    next.set(this.bytes.subarray(0, size));
    this.bytes = next;
  }
  flush() {
    this.failing?.();
  }
}
