package dev.heed.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;

/** Random but repeatable events, as bytes that a writer with a given schema would make. */
final class Samples {

  private static final int HEADER = 10;

  private Samples() {}

  /** Encoded records of a schema, every field set. */
  static List<byte[]> of(Schema schema, int count, long seed) {
    List<byte[]> samples = new ArrayList<>();
    for (Object value : new RandomData(schema, count, seed)) {
      samples.add(encode(schema, value));
    }
    return samples;
  }

  /** Single-object encoding of a generic record. */
  static byte[] encode(Schema schema, Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<Object>(schema).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return framed(schema, out.toByteArray());
  }

  /** A body under a schema's fingerprint. */
  static byte[] framed(Schema schema, byte[] body) {
    return ByteBuffer.allocate(HEADER + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xC3)
        .put((byte) 0x01)
        .putLong(SchemaCatalog.fingerprint(schema))
        .put(body)
        .array();
  }
}
