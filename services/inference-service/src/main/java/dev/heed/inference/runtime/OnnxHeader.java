package dev.heed.inference.runtime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Reads the declared inputs of an ONNX file without its weights: whatever is not a declaration is
 * skipped, so a file of any size takes no memory.
 */
final class OnnxHeader {

  /** Numbers of fields in onnx.proto. */
  private static final int MODEL_GRAPH = 7;

  private static final int GRAPH_INPUT = 11;
  private static final int VALUE_NAME = 1;
  private static final int VALUE_TYPE = 2;
  private static final int TYPE_TENSOR = 1;
  private static final int TENSOR_ELEMENT = 1;

  private OnnxHeader() {}

  /** The element type of an input; empty when it is not there, or the file is no ONNX. */
  static OptionalInt elementType(Path file, String input) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      CodedInputStream in = CodedInputStream.newInstance(raw);
      in.setSizeLimit(Integer.MAX_VALUE);
      if (!enter(in, MODEL_GRAPH)) {
        return OptionalInt.empty();
      }
      in.readRawVarint32();
      while (enter(in, GRAPH_INPUT)) {
        CodedInputStream value =
            CodedInputStream.newInstance(in.readRawBytes(in.readRawVarint32()));
        String name = null;
        int type = 0;
        for (int tag = value.readTag(); tag != 0; tag = value.readTag()) {
          switch (WireFormat.getTagFieldNumber(tag)) {
            case VALUE_NAME -> name = value.readString();
            case VALUE_TYPE -> type = tensorElement(value.readByteArray());
            default -> value.skipField(tag);
          }
        }
        if (input.equals(name)) {
          return OptionalInt.of(type);
        }
      }
      return OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  private static int tensorElement(byte[] type) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(type);
    if (!enter(in, TYPE_TENSOR)) {
      return 0;
    }
    in.readRawVarint32();
    return enter(in, TENSOR_ELEMENT) ? in.readInt32() : 0;
  }

  /** Skips to a field; the stream stands behind its tag. */
  private static boolean enter(CodedInputStream in, int field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == field) {
        return true;
      }
      in.skipField(tag);
    }
    return false;
  }
}
