package dev.heed.inference.importing;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The tensor encodings that are read, with ggml's codes and block layouts. */
enum TensorType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q8_0(8, 32, 34),
  Q4_K(12, 256, 144),
  Q6_K(14, 256, 210);

  private final int code;
  private final int blockValues;
  private final int blockBytes;

  TensorType(int code, int blockValues, int blockBytes) {
    this.code = code;
    this.blockValues = blockValues;
    this.blockBytes = blockBytes;
  }

  int code() {
    return code;
  }

  /** Values in one block. */
  int blockValues() {
    return blockValues;
  }

  /** Bytes of one block. */
  int blockBytes() {
    return blockBytes;
  }

  static Optional<TensorType> of(long code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  static String supported() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
