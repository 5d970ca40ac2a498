package dev.heed.chat.store;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The digest of the request that an idempotency key stands for, as a CloudEvents extension
 * attribute of the turn: other services need not know of it.
 */
public final class RequestDigest {

  private static final String HEADER = "ce_requestdigest";

  private RequestDigest() {}

  /** Notes it on a record to be sent. */
  public static void put(Headers headers, String digest) {
    headers.add(HEADER, digest.getBytes(StandardCharsets.UTF_8));
  }

  /** As it stands on a record; empty when the request had no key. */
  static Optional<String> of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    return Optional.ofNullable(header)
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }
}
