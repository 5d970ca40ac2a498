package dev.heed.inference.importing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Decodes ggml's block encodings to floats, with the operations in the order of llama.cpp's
 * ggml-quants.c, so that every bit is the same.
 */
final class Dequantizer {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Dequantizer() {}

  /**
   * Decodes {@code count} values (whole blocks) that begin at byte {@code at}.
   *
   * @param target receives the values from its index 0 on
   */
  static void decode(TensorType type, MemorySegment bytes, long at, float[] target, int count) {
    long block = at;
    for (int i = 0; i < count; i += type.blockValues()) {
      switch (type) {
        case F32 -> target[i] = bytes.get(FLOAT, block);
        case F16 -> target[i] = half(bytes, block);
        case Q4_0 -> decodeQ40(bytes, block, target, i);
        case Q4_1 -> decodeQ41(bytes, block, target, i);
        case Q8_0 -> decodeQ80(bytes, block, target, i);
        case Q4_K -> decodeQ4K(bytes, block, target, i);
        case Q6_K -> decodeQ6K(bytes, block, target, i);
      }
      block += type.blockBytes();
    }
  }

  private static void decodeQ40(MemorySegment bytes, long at, float[] target, int to) {
    float scale = half(bytes, at);
    for (int i = 0; i < 16; i++) {
      int pair = u8(bytes, at + 2 + i);
      target[to + i] = ((pair & 15) - 8) * scale;
      target[to + 16 + i] = ((pair >> 4) - 8) * scale;
    }
  }

  private static void decodeQ41(MemorySegment bytes, long at, float[] target, int to) {
    float scale = half(bytes, at);
    float least = half(bytes, at + 2);
    for (int i = 0; i < 16; i++) {
      int pair = u8(bytes, at + 4 + i);
      target[to + i] = (pair & 15) * scale + least;
      target[to + 16 + i] = (pair >> 4) * scale + least;
    }
  }

  private static void decodeQ80(MemorySegment bytes, long at, float[] target, int to) {
    float scale = half(bytes, at);
    for (int i = 0; i < 32; i++) {
      target[to + i] = bytes.get(ValueLayout.JAVA_BYTE, at + 2 + i) * scale;
    }
  }

  private static void decodeQ4K(MemorySegment bytes, long at, float[] target, int to) {
    float scale = half(bytes, at);
    float least = half(bytes, at + 2);
    for (int group = 0; group < 8; group++) {
      float d = scale * scaleQ4K(bytes, at + 4, group);
      float m = least * leastQ4K(bytes, at + 4, group);
      long codes = at + 16 + group / 2 * 32L;
      int shift = group % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int code = u8(bytes, codes + i) >> shift & 15;
        target[to + group * 32 + i] = d * code - m;
      }
    }
  }

  /** Six bits of scale of one of eight groups, from twelve packed bytes. */
  private static int scaleQ4K(MemorySegment bytes, long at, int group) {
    return group < 4
        ? u8(bytes, at + group) & 63
        : u8(bytes, at + group + 4) & 15 | u8(bytes, at + group - 4) >> 6 << 4;
  }

  private static int leastQ4K(MemorySegment bytes, long at, int group) {
    return group < 4
        ? u8(bytes, at + group + 4) & 63
        : u8(bytes, at + group + 4) >> 4 | u8(bytes, at + group) >> 6 << 4;
  }

  private static void decodeQ6K(MemorySegment bytes, long at, float[] target, int to) {
    float scale = half(bytes, at + 208);
    for (int half = 0; half < 2; half++) {
      long low = at + half * 64L;
      long high = at + 128 + half * 32L;
      long scales = at + 192 + half * 8L;
      for (int i = 0; i < 128; i++) {
        int quarter = i / 32;
        int lane = i % 32;
        int four = u8(bytes, low + (quarter & 1) * 32L + lane) >> (quarter >> 1) * 4 & 15;
        int two = u8(bytes, high + lane) >> quarter * 2 & 3;
        int code = (four | two << 4) - 32;
        byte groupScale = bytes.get(ValueLayout.JAVA_BYTE, scales + i / 16);
        target[to + half * 128 + i] = scale * groupScale * code;
      }
    }
  }

  private static int u8(MemorySegment bytes, long at) {
    return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }

  private static float half(MemorySegment bytes, long at) {
    return Float.float16ToFloat(bytes.get(SHORT, at));
  }
}
