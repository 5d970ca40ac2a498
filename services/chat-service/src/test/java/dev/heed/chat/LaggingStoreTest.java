package dev.heed.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.KafkaStreams;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody is told of a conversation, or of a change to it, that the next request cannot find. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class LaggingStoreTest {

  @TestHTTPResource("/")
  URI base;

  @Inject KafkaStreams streams;

  @AfterEach
  void goOn() {
    streams.resume();
  }

  @Test
  void aTurnThatTheStoreHasNotTakenYetIsNotLeftOut() {
    // Given
    Client me = Client.stranger(base);
    String conversation = me.open();
    streams.pause();
    // When
    String reply = me.say(conversation, "Hello.");
    HttpResponse<String> read = me.send("GET", "/v1/conversations/" + conversation, "");
    // Then
    assertEquals(503, read.statusCode(), read.body());
    streams.resume();
    assertEquals(
        reply,
        me.json("GET", "/v1/conversations/" + conversation, "")
            .path("messages")
            .path(1)
            .path("id")
            .asText());
  }

  @Test
  void whatTheStoreHasNotTakenYetIsNotPromisedAndComesLater() {
    // Given
    Client me = Client.stranger(base);
    String known = me.open();
    streams.pause();
    // When
    var creating = CompletableFuture.supplyAsync(() -> me.send("POST", "/v1/conversations", "{}"));
    HttpResponse<String> titled = me.send("PATCH", "/v1/conversations/" + known, "{'title':'New'}");
    // Then
    HttpResponse<String> created = creating.join();
    assertEquals(503, created.statusCode(), created.body());
    assertTrue(created.headers().firstValue("Retry-After").isPresent());
    assertEquals(503, titled.statusCode(), titled.body());
    streams.resume();
    Awaitility.await()
        .until(() -> me.json("GET", "/v1/conversations", "").path("data").size() == 2);
    Awaitility.await()
        .until(
            () ->
                me.json("GET", "/v1/conversations/" + known, "")
                    .path("title")
                    .asText()
                    .equals("New"));
  }
}
