package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerEventsTest {

  @Test
  void eventsAreReadAndCommentsSkipped() throws IOException {
    ServerEvents events =
        of(": ping\n\nevent: chunk\nid: 1-0\ndata: {\"a\":1}\n\ndata: one\ndata:two\n\n");

    assertEquals(new ServerEvents.Event("chunk", "{\"a\":1}", "1-0"), events.next().orElseThrow());
    assertEquals(new ServerEvents.Event("message", "one\ntwo", ""), events.next().orElseThrow());
    assertEquals(Optional.empty(), events.next());
  }

  @Test
  void anEventThatBreaksOffIsNoEvent() throws IOException {
    assertTrue(of("event: chunk\ndata: half").next().isEmpty());
  }

  private static ServerEvents of(String text) {
    return new ServerEvents(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
