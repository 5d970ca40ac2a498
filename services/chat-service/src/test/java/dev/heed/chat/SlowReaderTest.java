package dev.heed.chat;

import static dev.heed.chat.Flow.chunk;
import static dev.heed.chat.Flow.last;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.TurnSubmitted;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A reader that does not read is closed; nobody else waits for it. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class SlowReaderTest {

  private static final int CHUNKS = 400;
  private static final String TEXT = "x".repeat(40_000);

  @TestHTTPResource("/")
  URI base;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  @Inject MeterRegistry registry;

  @Test
  void isClosedAndHoldsUpNobody() throws Exception {
    String key = "slow-" + Uuid7.randomString();
    Client me = new Client(base, key);
    String conversation = me.open();
    try (Flow flow = new Flow(bootstrap);
        Socket slow = new Socket()) {
      TurnSubmitted turn = flow.turn(me.say(conversation, "Hello."));
      String path = Client.replyStream(conversation, turn.getReplyId());
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(base.getHost(), base.getPort()));
      slow.getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      double before = registry.counter("heed_chat_slow_readers").count();
      try (Sse reader = me.stream("GET", path, "")) {
        // When: more than any buffer between holds
        for (int i = 0; i < CHUNKS; i++) {
          flow.send(chunk(turn, 1, i, TEXT));
        }
        flow.send(last(turn, 1, CHUNKS, "end", "end"));
        // Then: who reads gets all of it
        List<Sse.Event> events = reader.rest();
        assertEquals(CHUNKS + 2, events.size());
        assertEquals("done", events.getLast().name());
      }
      await().until(() -> registry.counter("heed_chat_slow_readers").count() > before);
      // and who did not may come back
      String lastSeen = "1-" + (CHUNKS - 1);
      try (Sse again = me.stream("GET", path, "", "Last-Event-ID", lastSeen)) {
        assertEquals("end", again.next("chunk").text());
      }
    }
  }
}
