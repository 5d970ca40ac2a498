package dev.heed.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {

  private final EventCodec codec = EventCodec.ofKnown();

  static List<Class<? extends SpecificRecord>> eventTypes() {
    return SchemaCatalog.eventTypes();
  }

  @ParameterizedTest
  @MethodSource("eventTypes")
  void everyEventComesBackAsItWas(Class<? extends SpecificRecord> type) {
    Schema schema = SchemaCatalog.schemaOf(type);
    for (byte[] sample : Samples.of(schema, 100, 7)) {
      SpecificRecord event = assertInstanceOf(type, codec.decode(sample));
      assertEquals(event, codec.decode(codec.encode(event), type));
      assertEquals(sample.length, codec.encode(event).length);
    }
  }

  @ParameterizedTest
  @MethodSource("eventTypes")
  void everyEventIsReadWithoutTheThreadsClassLoader(Class<? extends SpecificRecord> type)
      throws InterruptedException {
    // Given: a thread as Kafka's or Quarkus' may be
    byte[] sample = Samples.of(SchemaCatalog.schemaOf(type), 1, 8).getFirst();
    Object[] read = new Object[1];
    Thread thread = new Thread(() -> read[0] = EventCodec.ofKnown().decode(sample));
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    // When
    thread.start();
    thread.join();
    // Then
    assertInstanceOf(type, read[0]);
  }
}
