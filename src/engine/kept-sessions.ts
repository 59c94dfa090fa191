/** What is to be known of a session to keep or to end it. */
interface Releasable {
  release(): Promise<void>;
}

/**
 * Bytes of the weights of blocks that are kept for looking inside: 64 MiB. Queries and keys of a block of width 1024 take
 * 8,404,992 bytes in f32, so that 7 of its 24 blocks stay.
 */
export const mostSessionByteLength = 64 * 2 ** 20;

/** Sessions of single blocks, as many as the bound allows, the one used longest ago let go first; one always stays. */
export class KeptSessions<Session extends Releasable> {
  readonly mostByteLength: number;
  /** By block, the one used longest ago first. */
  readonly #sessions = new Map<number, { readonly session: Session; readonly byteLength: number }>();

  constructor(mostByteLength = mostSessionByteLength) {
    this.mostByteLength = mostByteLength;
  }

  get byteLength(): number {
    return [...this.#sessions.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** From 1, the one used longest ago first. */
  get blocks(): readonly number[] {
    return [...this.#sessions.keys()];
  }

  /** The session of `block`, kept or made: room for its `byteLength` is made before it takes any. */
  async of(block: number, byteLength: number, make: () => Promise<Session>): Promise<Session> {
    const kept = this.#sessions.get(block);
    if (kept) {
      this.#sessions.delete(block);
      this.#sessions.set(block, kept);
      return kept.session;
    }
    for (const [oldest, { session: unused }] of this.#sessions) {
      if (this.byteLength + byteLength <= this.mostByteLength) break;
      this.#sessions.delete(oldest);
      await unused.release();
    }
    const session = await make();
    this.#sessions.set(block, { session, byteLength });
    return session;
  }

  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const { session } of sessions) await session.release();
  }
}
