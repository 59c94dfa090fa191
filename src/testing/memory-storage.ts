import type { ByteStorage } from '#checkpoint/cache/byte-storage.ts';
import type { Bytes } from '#checkpoint/folder.ts';

/** A storage that ends with the test. */
export function createMemoryStorage(): ByteStorage {
  /** Each file is the beginning of a buffer with room to grow: pieces are appended by the hundred. */
  const files = new Map<string, Bytes>();
  const turns = new Map<string, Promise<unknown>>();
  const contentOf = (name: string) => files.get(name) ?? new Uint8Array(0);
  return {
    async list() {
      return [...files].map(([name, { byteLength }]) => ({ name, byteLength }));
    },
    async byteLength(name) {
      return contentOf(name).byteLength;
    },
    async read(name, start, end) {
      return contentOf(name).slice(start, end);
    },
    async write(name, start, bytes) {
      const before = contentOf(name);
      const byteLength = Math.max(before.byteLength, start + bytes.byteLength);
      let { buffer } = before;
      if (byteLength > buffer.byteLength) {
        buffer = new ArrayBuffer(2 * byteLength);
        new Uint8Array(buffer).set(before);
      }
      const after = new Uint8Array(buffer, 0, byteLength);
      after.set(bytes, start);
      files.set(name, after);
    },
    async remove(name) {
      files.delete(name);
    },
    exclusive(name, work) {
      const turn = (turns.get(name) ?? Promise.resolve()).then(work);
      turns.set(
        name,
        turn.catch(() => {}),
      );
      return turn;
    },
  };
}
