package dev.heed.inference.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Asks Linux's scheduler (6.12 and newer) for long slices for the calling thread and those that it
 * starts. Such a thread gets as much of the processor as before, but a thread with a short task
 * that wakes beside it, as any step of a turn's way through the topics does, runs at once and not
 * after what is left of a slice (docs/adr/0012). Where it is not to be had, nothing happens.
 */
public final class LongSlice {

  /** The longest that Linux grants, ns. */
  private static final long NANOS = 100_000_000;

  private static final Linker LINKER = Linker.nativeLinker();

  /** Bytes of the first version of {@code struct sched_attr} (sched_setattr(2)). */
  private static final int SIZE = 48;

  private static final int FLAGS = 8;
  private static final int RUNTIME = 24;

  /** Numbers of sched_setattr and sched_getattr, by os.arch. */
  private static final Map<String, long[]> CALLS =
      Map.of("amd64", new long[] {314, 315}, "aarch64", new long[] {274, 275});

  private LongSlice() {}

  /**
   * Asks for it.
   *
   * @return the slice that the thread has now, in ns; empty where that cannot be told
   */
  public static Optional<Long> ask() {
    long[] calls = CALLS.get(System.getProperty("os.arch", ""));
    boolean linux = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
    if (!linux || calls == null) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle syscall =
          LINKER.downcallHandle(
              LINKER.defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
              Linker.Option.firstVariadicArg(1));
      // What else the thread has, such as its nice value, stays as it is.
      MemorySegment attributes = arena.allocate(SIZE);
      if ((long) syscall.invokeExact(calls[1], 0L, attributes, (long) SIZE, 0L) != 0) {
        return Optional.empty();
      }
      attributes.set(JAVA_INT_UNALIGNED, 0, SIZE);
      attributes.set(JAVA_LONG_UNALIGNED, FLAGS, 0);
      attributes.set(JAVA_LONG_UNALIGNED, RUNTIME, NANOS);
      long unused = (long) syscall.invokeExact(calls[0], 0L, attributes, 0L, 0L);
      return (long) syscall.invokeExact(calls[1], 0L, attributes, (long) SIZE, 0L) == 0
          ? Optional.of(attributes.get(JAVA_LONG_UNALIGNED, RUNTIME))
          : Optional.empty();
    } catch (Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      return Optional.empty();
    }
  }
}
