package dev.heed.inference.runtime;

import dev.heed.inference.runtime.Ort.Kind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of a session's own device, from its own allocator. The segments are addresses there: on a
 * graphics card nobody but the runtime may follow them.
 */
final class DeviceMemory implements AutoCloseable {

  private final Ort ort = Ort.get();
  private final MemorySegment info;
  private final MemorySegment allocator;
  private final List<MemorySegment> blocks = new ArrayList<>();

  DeviceMemory(MemorySegment session, Device device) {
    boolean cuda = device.kind() == Device.Kind.CUDA;
    info = ort.createMemoryInfo(cuda ? "Cuda" : "Cpu", device.number());
    allocator = ort.createAllocator(session, info);
  }

  /** Memory that lives as long as this. */
  MemorySegment allocate(long bytes) {
    MemorySegment block = ort.allocate(allocator, bytes);
    blocks.add(block);
    return block;
  }

  MemorySegment tensor(MemorySegment data, int type, long... shape) {
    return ort.createTensor(info, data, type, shape);
  }

  @Override
  public void close() {
    blocks.forEach(block -> ort.free(allocator, block));
    blocks.clear();
    ort.release(Kind.ALLOCATOR, allocator);
    ort.release(Kind.MEMORY_INFO, info);
  }
}
