/**
 * Wraps `work` so that at most one call is under way and at most one waits: a newer request replaces the one that
 * waits. `work` must not reject.
 */
export function createLatestOnly<Request>(work: (request: Request) => Promise<void>): (request: Request) => void {
  let isWorking = false;
  let waiting: { readonly request: Request } | null = null;

  async function drain(first: Request): Promise<void> {
    isWorking = true;
    await work(first);
    while (waiting) {
      const { request } = waiting;
      waiting = null;
      await work(request);
    }
    isWorking = false;
  }

  return (request) => {
    if (isWorking) waiting = { request };
    else void drain(request);
  };
}
