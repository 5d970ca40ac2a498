package dev.heed.schemas;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** CloudEvents 1.0 attributes as Kafka headers, binary mode. */
public final class CloudEvents {

  public static final String ID = "ce_id";
  public static final String CONTENT_TYPE = "avro/binary";

  private CloudEvents() {}

  /**
   * The headers of an event.
   *
   * @param id UUIDv7; the same id again is the same event
   * @param source the service that writes it
   */
  public static Headers headers(String id, String source, SpecificRecord event) {
    RecordHeaders headers = new RecordHeaders();
    put(headers, "ce_specversion", "1.0");
    put(headers, ID, id);
    put(headers, "ce_source", "/heed/" + source);
    put(headers, "ce_type", event.getSchema().getFullName());
    put(headers, "ce_time", Instant.now().toString());
    put(headers, "content-type", CONTENT_TYPE);
    return headers;
  }

  private static void put(RecordHeaders headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
