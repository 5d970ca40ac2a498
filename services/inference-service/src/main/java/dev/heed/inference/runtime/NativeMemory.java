package dev.heed.inference.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Zeroed memory that the operating system backs page by page as it is written: a cache for many
 * slots costs what is used of it. (Arena.allocate writes every byte at once.)
 */
final class NativeMemory {

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CALLOC =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("calloc"),
          FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle FREE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));

  /** Of POSIX systems; they agree on the advice's number. */
  private static final Optional<MethodHandle> MADVISE =
      LINKER
          .defaultLookup()
          .find("madvise")
          .map(
              address ->
                  LINKER.downcallHandle(
                      address, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT)));

  private static final int DONT_NEED = 4;

  private NativeMemory() {}

  /** Memory that is freed when the arena closes. */
  static MemorySegment lazy(Arena arena, long bytes) {
    try {
      MemorySegment memory = (MemorySegment) CALLOC.invokeExact(1L, bytes);
      if (memory.address() == 0) {
        throw new OutOfMemoryError("no " + bytes + " bytes for the key/value cache");
      }
      return memory.reinterpret(bytes, arena, NativeMemory::free);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets the system take back a mapped file's pages; who reads them again has them again. */
  static void unload(MemorySegment mapped) {
    MADVISE.ifPresent(
        madvise -> {
          try {
            // Advice only: what it returns changes nothing.
            int ignored = (int) madvise.invokeExact(mapped, mapped.byteSize(), DONT_NEED);
          } catch (Throwable e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
