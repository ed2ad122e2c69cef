// A small Emscripten file system over OPFS sync access handles, for SQLite's database and its journal.
//
// Handles open asynchronously, so all files are named when it is mounted. A file exists once it was created or, at mount
// time, if it isn't empty; removing it truncates the handle. Emscripten's fdatasync does nothing, so the order that SQLite
// relies on (journal before database) is enforced here: a write to the database first flushes a dirty journal, and sync()
// flushes both after a commit.

const DIRECTORY_MODE = 0o40777;
const FILE_MODE = 0o100666;

/** @returns {Promise<Map<string, FileSystemSyncAccessHandle>>} Rejects if OPFS is missing or the files stay locked. */
export async function openHandles(folder, names) {
  const root = await navigator.storage.getDirectory();
  const directory = await root.getDirectoryHandle(folder, { create: true });
  const handles = new Map();
  for (const name of names) {
    const file = await directory.getFileHandle(name, { create: true });
    handles.set(name, await openHandle(file));
  }
  return handles;
}

/** Retries for 2 s: a worker that just ended may still hold the file's lock. */
async function openHandle(file) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (error.name !== "NoModificationAllowedError" || attempt === 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Mounts the handles at `mountpoint`. Returns {sync}, which flushes what was written. */
export function mountHandles(FS, errnos, mountpoint, handles, database) {
  const dirty = new Set();

  const fail = (errno) => new FS.ErrnoError(errno);
  const guarded = (action) => {
    try {
      return action();
    } catch (error) {
      throw fail(error.name === "QuotaExceededError" ? errnos.ENOSPC : errnos.EIO);
    }
  };
  const flush = (name) => {
    if (dirty.delete(name)) handles.get(name).flush();
  };
  const flushJournals = () => {
    for (const name of [...dirty]) if (name !== database) flush(name);
  };

  const attributes = (node, size) => ({
    dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size,
    atime: new Date(node.timestamp), mtime: new Date(node.timestamp), ctime: new Date(node.timestamp),
    blksize: 4096, blocks: Math.ceil(size / 512),
  });

  const fileOps = {
    getattr: (node) => attributes(node, handles.get(node.name).getSize()),
    setattr(node, change) {
      if (change.mode !== undefined) node.mode = change.mode;
      if (change.size !== undefined) {
        if (node.name === database) guarded(flushJournals);
        guarded(() => handles.get(node.name).truncate(change.size));
        dirty.add(node.name);
      }
    },
  };

  const streamOps = {
    open() {},
    close() {},
    read(stream, buffer, offset, length, position) {
      const at = position ?? stream.position;
      return guarded(() => handles.get(stream.node.name).read(buffer.subarray(offset, offset + length), { at }));
    },
    write(stream, buffer, offset, length, position) {
      const { name } = stream.node;
      if (name === database) guarded(flushJournals);
      dirty.add(name);
      stream.node.timestamp = Date.now();
      // The heap may be shared memory, which handles reject, so pass a copy.
      const bytes = buffer.slice(offset, offset + length);
      return guarded(() => handles.get(name).write(bytes, { at: position ?? stream.position }));
    },
    llseek(stream, offset, whence) {
      let position = offset;
      if (whence === 1) position += stream.position;
      else if (whence === 2) position += handles.get(stream.node.name).getSize();
      if (position < 0) throw fail(errnos.EINVAL);
      return position;
    },
    fsync(stream) {
      guarded(() => flush(stream.node.name));
      return 0;
    },
  };

  const file = (parent, name, mode) => {
    const node = FS.createNode(parent, name, mode, 0);
    node.node_ops = fileOps;
    node.stream_ops = streamOps;
    node.timestamp = Date.now();
    return node;
  };

  const directoryOps = {
    getattr: (node) => attributes(node, 4096),
    setattr() {},
    lookup() {
      throw fail(errnos.ENOENT);
    },
    mknod(parent, name, mode) {
      if (!handles.has(name)) throw fail(errnos.EPERM);
      return file(parent, name, mode);
    },
    unlink(parent, name) {
      guarded(() => handles.get(name).truncate(0));
      dirty.add(name);
    },
    readdir: () => [".", "..", ...handles.keys()],
    rename() {
      throw fail(errnos.EPERM);
    },
    rmdir() {
      throw fail(errnos.EPERM);
    },
    symlink() {
      throw fail(errnos.EPERM);
    },
  };

  FS.mkdirTree(mountpoint);
  FS.mount(
    {
      mount() {
        const root = FS.createNode(null, "/", DIRECTORY_MODE, 0);
        root.node_ops = directoryOps;
        root.stream_ops = {};
        root.timestamp = Date.now();
        return root;
      },
    },
    {},
    mountpoint,
  );
  const { node: root } = FS.lookupPath(mountpoint);
  for (const [name, handle] of handles) {
    if (handle.getSize() > 0) file(root, name, FILE_MODE);
  }

  return {
    sync() {
      flushJournals();
      flush(database);
    },
  };
}
