package dev.heed.chat.store;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Kept conversations as JSON: the store's own format, read by newer versions. */
public final class ConversationJson {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private ConversationJson() {}

  /** Writes one. */
  public static byte[] write(StoredConversation conversation) {
    try {
      return JSON.writeValueAsBytes(conversation);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one; fails on bytes that are none. */
  public static StoredConversation read(byte[] bytes) {
    try {
      return JSON.readValue(bytes, StoredConversation.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
