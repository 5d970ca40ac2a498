package dev.heed.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Events as bytes: Avro's single-object encoding (two bytes of magic, the writer schema's
 * fingerprint as 8 bytes little-endian, the binary record). Safe for use by several threads.
 */
public final class EventCodec {

  /** Largest record that is read, in bytes; also the limit of any string in it. */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int HEADER = 10;
  private static final byte MAGIC_0 = (byte) 0xC3;
  private static final byte MAGIC_1 = 0x01;

  static {
    // A declared length must not allocate: Avro reads these once, before its first decoding.
    String bytes = Integer.toString(MAX_BYTES);
    System.setProperty("org.apache.avro.limits.string.maxLength", bytes);
    System.setProperty("org.apache.avro.limits.bytes.maxLength", bytes);
    System.setProperty("org.apache.avro.limits.collectionItems.maxLength", "100000");
  }

  /**
   * Finds the generated classes by the class loader that holds them, whatever the thread's is: a
   * consumer's thread need not have the application's.
   */
  private static final SpecificData DATA = data();

  private static final Map<String, Class<?>> TYPES =
      SchemaCatalog.eventTypes().stream()
          .collect(Collectors.toUnmodifiableMap(Class::getName, type -> type));

  /** What each event begins with; a fingerprint takes longer than the rest of an encoding. */
  private static final Map<Class<?>, byte[]> HEADERS =
      SchemaCatalog.eventTypes().stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  type -> type, type -> header(SchemaCatalog.schemaOf(type))));

  /**
   * Building a writer takes longer than writing. Safe for threads, as Avro's own encoders use them.
   */
  private static final Map<Class<?>, DatumWriter<SpecificRecord>> WRITERS =
      SchemaCatalog.eventTypes().stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  type -> type,
                  type -> new SpecificDatumWriter<>(SchemaCatalog.schemaOf(type), DATA)));

  private final SchemaCatalog catalog;
  private final Duration patience;

  /** By the writer's fingerprint: as many as the catalog has schemas. */
  private final Map<Long, DatumReader<SpecificRecord>> readers = new ConcurrentHashMap<>();

  /**
   * @param catalog where writers' schemas are looked up
   * @param patience how long an unknown fingerprint may wait for its announcement
   */
  public EventCodec(SchemaCatalog catalog, Duration patience) {
    this.catalog = catalog;
    this.patience = patience;
  }

  private static SpecificData data() {
    SpecificData data = new SpecificData(EventCodec.class.getClassLoader());
    data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    return data;
  }

  /** A codec that knows this version's schemas and the published ones, and waits for no others. */
  public static EventCodec ofKnown() {
    return new EventCodec(SchemaCatalog.ofKnown(), Duration.ZERO);
  }

  /** Encodes an event. */
  public byte[] encode(SpecificRecord event) {
    Schema schema = event.getSchema();
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    byte[] header = HEADERS.get(event.getClass());
    out.writeBytes(header == null ? header(schema) : header);
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      DatumWriter<SpecificRecord> writer = WRITERS.get(event.getClass());
      (writer == null ? new SpecificDatumWriter<SpecificRecord>(schema, DATA) : writer)
          .write(event, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] header(Schema schema) {
    return ByteBuffer.allocate(HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC_0)
        .put(MAGIC_1)
        .putLong(SchemaCatalog.fingerprint(schema))
        .array();
  }

  /**
   * Decodes an event of any known type, in this version's shape.
   *
   * @throws UnreadableEventException when the bytes are empty, too large, of an unknown schema or
   *     damaged
   */
  public SpecificRecord decode(byte[] bytes) {
    if (bytes == null) {
      throw new UnreadableEventException("a record without a value");
    }
    if (bytes.length < HEADER || bytes[0] != MAGIC_0 || bytes[1] != MAGIC_1) {
      throw new UnreadableEventException("no single-object encoding in " + bytes.length + " bytes");
    }
    if (bytes.length > MAX_BYTES) {
      throw new UnreadableEventException(bytes.length + " bytes, over the limit of " + MAX_BYTES);
    }
    long fingerprint = ByteBuffer.wrap(bytes, 2, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Schema writer =
        catalog
            .find(fingerprint)
            .or(() -> catalog.await(fingerprint, patience))
            .orElseThrow(
                () ->
                    new UnreadableEventException(
                        "unknown schema " + Long.toHexString(fingerprint)));
    return read(bytes, fingerprint, writer);
  }

  /**
   * Decodes an event that must be of one type.
   *
   * @throws UnreadableEventException as {@link #decode(byte[])}, or when it is of another type
   */
  public <T extends SpecificRecord> T decode(byte[] bytes, Class<T> type) {
    SpecificRecord event = decode(bytes);
    if (!type.isInstance(event)) {
      throw new UnreadableEventException(
          "a " + event.getSchema().getName() + " where a " + type.getSimpleName() + " belongs");
    }
    return type.cast(event);
  }

  private SpecificRecord read(byte[] bytes, long fingerprint, Schema writer) {
    // Never a class that a schema merely names: anybody who may announce could name any.
    Class<?> type = TYPES.get(writer.getFullName());
    if (type == null) {
      throw new UnreadableEventException("no event is called " + writer.getName());
    }
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
    try {
      SpecificRecord event =
          readers
              .computeIfAbsent(
                  fingerprint, _ -> new SpecificDatumReader<>(writer, DATA.getSchema(type), DATA))
              .read(null, decoder);
      if (!decoder.isEnd()) {
        throw new UnreadableEventException("bytes left over after a " + writer.getName());
      }
      return event;
    } catch (UnreadableEventException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Damaged bytes can make Avro throw nearly anything.
      throw new UnreadableEventException(
          "damaged " + writer.getName() + " (" + e.getClass().getSimpleName() + ")");
    }
  }
}
