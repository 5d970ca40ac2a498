package dev.heed.inference.importing;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file of weights beside model.onnx (ONNX external data), written front to back. Protobuf ends
 * at 2 GB; this does not, and ONNX Runtime maps it instead of reading it.
 */
final class WeightsFile implements Closeable {

  /** Its name in the model's folder. */
  static final String NAME = "model.onnx.data";

  /** Tensors begin at pages, so that they can be mapped. */
  private static final int ALIGNMENT = 4096;

  private static final int MOST_FLOATS = 1 << 18;
  private static final long CHUNK = 64L << 20;

  /** A place in the file. */
  record Extent(long offset, long bytes) {}

  private final FileChannel channel;
  private long start;

  WeightsFile(Path folder) throws IOException {
    channel =
        FileChannel.open(
            folder.resolve(NAME), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Begins a tensor at the next page. */
  void begin() throws IOException {
    start = (channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    channel.position(start);
  }

  void write(byte[] bytes, int count) throws IOException {
    write(ByteBuffer.wrap(bytes, 0, count));
  }

  void write(float[] values, int count) throws IOException {
    int most = Math.min(count, MOST_FLOATS);
    ByteBuffer buffer = ByteBuffer.allocate(most * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < count; at += most) {
      int part = Math.min(most, count - at);
      buffer.clear().limit(part * Float.BYTES);
      buffer.asFloatBuffer().put(values, at, part);
      write(buffer);
    }
  }

  /** Writes values as 16-bit floats. */
  void writeHalf(float[] values, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      buffer.putShort(Float.floatToFloat16(values[i]));
    }
    write(buffer.flip());
  }

  /** Writes a whole segment of any size. */
  void write(MemorySegment segment) throws IOException {
    for (long at = 0; at < segment.byteSize(); at += CHUNK) {
      write(segment.asSlice(at, Math.min(CHUNK, segment.byteSize() - at)).asByteBuffer());
    }
  }

  private void write(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Ends the tensor that was begun: where it lies. */
  Extent end() throws IOException {
    return new Extent(start, channel.position() - start);
  }

  @Override
  public void close() throws IOException {
    channel.force(true);
    channel.close();
  }
}
