interface Slab {
  readonly memory: Buffer;
  /** Bytes. */
  taken: number;
  returned: number;
  readonly giveBack: (bytes: number) => void;
}

/** By their memory. */
const slabs = new WeakMap<ArrayBufferLike, Slab>();

/**
 * Memory for what passes by in a stream, used again once all that was taken of a slab was given
 * back: with memory of its own for each piece of a large stream, collecting garbage takes as long
 * as the stream. What is never given back is left to the garbage collector.
 */
export class ReusedMemory {
  private readonly free: Slab[] = [];
  private current: Slab;

  /** `slabBytes`: as many as are taken at once at most. */
  constructor(private readonly slabBytes: number) {
    this.current = this.create();
  }

  take(bytes: number): Buffer {
    if (this.current.taken + bytes > this.slabBytes) {
      this.current = this.next();
    }
    const { memory, taken } = this.current;
    this.current.taken += bytes;
    return memory.subarray(taken, taken + bytes);
  }

  private next(): Slab {
    const isFree = this.current.returned === this.current.taken;
    const slab = (isFree ? this.current : this.free.pop()) ?? this.create();
    slab.taken = 0;
    slab.returned = 0;
    return slab;
  }

  private create(): Slab {
    const memory = Buffer.allocUnsafeSlow(this.slabBytes);
    const slab: Slab = {
      memory,
      taken: 0,
      returned: 0,
      giveBack: (bytes) => {
        slab.returned += bytes;
        if (slab !== this.current && slab.returned === slab.taken) {
          this.free.push(slab);
        }
      },
    };
    slabs.set(memory.buffer, slab);
    return slab;
  }
}

/**
 * Tells that nobody needs these bytes any more, each of which is given back once. Whether they are
 * of such memory need not be known.
 */
export function giveBack(bytes: Uint8Array): void {
  slabs.get(bytes.buffer)?.giveBack(bytes.length);
}
