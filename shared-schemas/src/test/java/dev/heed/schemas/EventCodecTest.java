package dev.heed.schemas;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.TrustScore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {

  private static final Schema CANCELLED = SchemaCatalog.schemaOf(ReplyCancelled.class);
  private static final int SEED = 11;
  private static final long MODEST_BYTES = 16L << 20;

  private static ReplyCancelled cancelled() {
    return new ReplyCancelled("c", "r", CancelReason.STOPPED, Instant.ofEpochMilli(1_000));
  }

  private static Schema edited(String from, String to) {
    String definition = CANCELLED.toString();
    assertTrue(definition.contains(from), () -> from + " is not in " + definition);
    return new Schema.Parser().parse(definition.replace(from, to));
  }

  private static GenericRecord fields(Schema schema, Map<String, Object> more) {
    GenericRecordBuilder record =
        new GenericRecordBuilder(schema)
            .set("conversationId", "c")
            .set("replyId", "r")
            .set("at", 1_000L);
    more.forEach(record::set);
    return record.build();
  }

  private static Object symbol(Schema schema, String name) {
    return new GenericData.EnumSymbol(schema.getField("reason").schema(), name);
  }

  @Test
  void aNewerWritersNewFieldIsPassedOver() {
    // Given
    Schema newer =
        edited(
            "\"fields\":[",
            "\"fields\":[{\"name\":\"added\",\"type\":\"string\",\"default\":\"\"},");
    byte[] bytes =
        Samples.encode(
            newer, fields(newer, Map.of("added", "new", "reason", symbol(newer, "STOPPED"))));
    SchemaCatalog catalog = SchemaCatalog.ofKnown();
    EventCodec codec = new EventCodec(catalog, Duration.ZERO);
    assertThrows(UnreadableEventException.class, () -> codec.decode(bytes));
    // When: its announcement arrives
    catalog.learn(newer);
    // Then
    assertEquals(cancelled(), codec.decode(bytes));
  }

  @Test
  void aNewerWritersNewSymbolIsUnknown() {
    Schema newer = edited("\"PERSON_LEFT\",", "\"PERSON_LEFT\",\"NEW_REASON\",");
    SchemaCatalog catalog = SchemaCatalog.ofKnown();
    catalog.learn(newer);
    byte[] bytes =
        Samples.encode(newer, fields(newer, Map.of("reason", symbol(newer, "NEW_REASON"))));
    ReplyCancelled read =
        new EventCodec(catalog, Duration.ZERO).decode(bytes, ReplyCancelled.class);
    assertEquals(CancelReason.UNKNOWN, read.getReason());
  }

  @Test
  void whatAnOlderWriterDidNotKnowHasItsDefault() {
    // Given: a version of before turns were counted
    Schema today = SchemaCatalog.schemaOf(TrustScore.class);
    Schema older =
        Schema.createRecord(
            today.getName(),
            null,
            today.getNamespace(),
            false,
            today.getFields().stream()
                .filter(field -> !field.name().equals("turns"))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
    SchemaCatalog catalog = SchemaCatalog.ofKnown();
    catalog.learn(older);
    // When
    for (byte[] sample : Samples.of(older, 20, SEED)) {
      TrustScore read = new EventCodec(catalog, Duration.ZERO).decode(sample, TrustScore.class);
      // Then
      assertEquals(0, read.getTurns());
    }
  }

  @Test
  void anUnknownSchemaIsWaitedForAndReadWhenItIsAnnounced() throws InterruptedException {
    Schema newer =
        edited("\"fields\":[", "\"fields\":[{\"name\":\"added\",\"type\":\"int\",\"default\":0},");
    byte[] bytes =
        Samples.encode(
            newer, fields(newer, Map.of("added", 1, "reason", symbol(newer, "STOPPED"))));
    SchemaCatalog catalog = SchemaCatalog.ofKnown();
    Thread announcer = Thread.ofVirtual().unstarted(() -> catalog.learn(newer));
    announcer.start();
    assertEquals(cancelled(), new EventCodec(catalog, Duration.ofSeconds(30)).decode(bytes));
    announcer.join();
  }

  @Test
  void anUnknownSchemaThatIsNeverAnnouncedIsUnreadable() {
    Schema other =
        new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Other\",\"fields\":[]}");
    byte[] bytes = Samples.framed(other, new byte[0]);
    EventCodec codec = new EventCodec(SchemaCatalog.ofKnown(), Duration.ofMillis(50));
    assertThrows(UnreadableEventException.class, () -> codec.decode(bytes));
  }

  @Test
  void aSchemaThatIsNoEventOfOursIsUnreadable() {
    Schema other =
        new Schema.Parser()
            .parse("{\"type\":\"record\",\"name\":\"java.lang.Runtime\",\"fields\":[]}");
    SchemaCatalog catalog = SchemaCatalog.ofKnown();
    catalog.learn(other);
    byte[] bytes = Samples.framed(other, new byte[0]);
    EventCodec codec = new EventCodec(catalog, Duration.ZERO);
    assertThrows(UnreadableEventException.class, () -> codec.decode(bytes));
  }

  @Test
  void anEventOfAnotherTypeIsNamedByTypeAlone() {
    byte[] bytes = EventCodec.ofKnown().encode(cancelled());
    var e =
        assertThrows(
            UnreadableEventException.class,
            () -> EventCodec.ofKnown().decode(bytes, TrustScore.class));
    assertEquals("a ReplyCancelled where a TrustScore belongs", e.getMessage());
  }

  static Stream<Arguments> poison() throws IOException {
    byte[] good = EventCodec.ofKnown().encode(cancelled());
    byte[] wrongMagic = good.clone();
    wrongMagic[0] = 0;
    byte[] wrongVersion = good.clone();
    wrongVersion[1] = 2;
    return Stream.of(
        Arguments.of("no value", null),
        Arguments.of("empty", new byte[0]),
        Arguments.of("one byte", new byte[] {(byte) 0xC3}),
        Arguments.of("a header alone", Arrays.copyOf(good, 10)),
        Arguments.of("half a header", Arrays.copyOf(good, 6)),
        Arguments.of("wrong magic", wrongMagic),
        Arguments.of("wrong version", wrongVersion),
        Arguments.of("JSON", "{\"conversationId\":\"c\"}".getBytes()),
        Arguments.of("truncated", Arrays.copyOf(good, good.length - 1)),
        Arguments.of("trailing bytes", Arrays.copyOf(good, good.length + 1)),
        Arguments.of("2 GB string", lengths(Integer.MAX_VALUE)),
        Arguments.of("string over the limit", lengths(EventCodec.MAX_BYTES + 1)),
        Arguments.of("string longer than the rest", lengths(EventCodec.MAX_BYTES)),
        Arguments.of("negative string length", lengths(-5)),
        Arguments.of("string length past 32 bits", lengths(1L << 40)),
        Arguments.of("endless number", Samples.framed(CANCELLED, filled(64, 0xFF))),
        Arguments.of("enum past its end", enumAt(99)),
        Arguments.of("negative enum", enumAt(-1)),
        Arguments.of("over the size limit", Samples.framed(CANCELLED, new byte[5 << 20])));
  }

  private static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] lengths(long length) throws IOException {
    return body(encoder -> encoder.writeLong(length));
  }

  private static byte[] enumAt(int index) throws IOException {
    return body(
        encoder -> {
          encoder.writeString("c");
          encoder.writeString("r");
          encoder.writeInt(index);
          encoder.writeLong(1);
        });
  }

  private interface Body {
    void write(BinaryEncoder encoder) throws IOException;
  }

  private static byte[] body(Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    body.write(encoder);
    encoder.flush();
    return Samples.framed(CANCELLED, out.toByteArray());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("poison")
  void poisonIsUnreadableAndCostsLittle(String what, byte[] bytes) {
    EventCodec codec = EventCodec.ofKnown();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThrows(UnreadableEventException.class, () -> codec.decode(bytes));
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < MODEST_BYTES, () -> what + " allocated " + allocated + " bytes");
  }

  @Test
  void randomDamageMakesAnEventOrAnUnreadableOneAndNothingElse() {
    EventCodec codec = EventCodec.ofKnown();
    Random random = new Random(SEED);
    List<byte[]> samples =
        SchemaCatalog.eventTypes().stream()
            .flatMap(type -> Samples.of(SchemaCatalog.schemaOf(type), 8, SEED).stream())
            .toList();
    int unreadable = 0;
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = damaged(samples.get(random.nextInt(samples.size())), random);
      try {
        assertFalse(codec.decode(bytes).getSchema().getFields().isEmpty());
        read++;
      } catch (UnreadableEventException e) {
        unreadable++;
      }
    }
    assertTrue(unreadable > 1_000 && read > 1_000, unreadable + " unreadable, " + read + " read");
  }

  private static byte[] damaged(byte[] sample, Random random) {
    byte[] bytes = sample.clone();
    for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 9)) : bytes;
  }

  @Test
  void anUnreadableEventsMessageHoldsNothingOfItsText() {
    byte[] bytes =
        EventCodec.ofKnown()
            .encode(
                new ReplyCancelled(
                    "a very private text", "r", CancelReason.STOPPED, Instant.now()));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      var e = assertThrows(UnreadableEventException.class, () -> EventCodec.ofKnown().decode(cut));
      assertFalse(e.getMessage().contains("private"), e::getMessage);
      assertNull(e.getCause());
    }
    assertDoesNotThrow(() -> EventCodec.ofKnown().decode(bytes));
  }

  @Test
  void manyEventsOfOneUnknownSchemaWaitOnce() {
    // Given
    byte[] unknown = new EventCodec(new SchemaCatalog(), Duration.ZERO).encode(cancelled());
    unknown[3] ^= 1;
    EventCodec codec = new EventCodec(SchemaCatalog.ofKnown(), Duration.ofMillis(300));
    assertThrows(UnreadableEventException.class, () -> codec.decode(unknown));
    // When
    long begin = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertThrows(UnreadableEventException.class, () -> codec.decode(unknown));
    }
    // Then
    assertTrue(Duration.ofNanos(System.nanoTime() - begin).toMillis() < 300);
  }
}
