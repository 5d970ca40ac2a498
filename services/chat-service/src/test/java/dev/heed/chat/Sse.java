package dev.heed.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A stream of events, read on a thread of its own as a browser would. */
public final class Sse implements AutoCloseable {

  /** The connection ended, well or not. */
  private static final Event END = new Event("END", "", "");

  private final InputStream in;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /**
   * An event.
   *
   * @param id empty when it had none
   */
  public record Event(String name, String id, String data) {

    public JsonNode json() {
      return Client.read(data);
    }

    public String text() {
      return json().path("text").asText();
    }
  }

  Sse(HttpResponse<InputStream> answer) {
    assertEquals(200, answer.statusCode());
    this.in = answer.body();
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    String name = "message";
    String id = "";
    StringBuilder data = new StringBuilder();
    try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        } else if (line.isEmpty() && !data.isEmpty()) {
          events.add(new Event(name, id, data.toString()));
          name = "message";
          id = "";
          data.setLength(0);
        }
      }
    } catch (IOException e) {
      // An end like any other, for who reads.
    }
    events.add(END);
  }

  /** The next event; waits for it. */
  public Event next() {
    try {
      Event event = events.poll(20, TimeUnit.SECONDS);
      assertNotNull(event, "no event came");
      return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The next event, which must be of that name. */
  public Event next(String name) {
    Event event = next();
    assertEquals(name, event.name(), event::toString);
    return event;
  }

  /** All that comes until the stream ends. */
  public List<Event> rest() {
    List<Event> rest = new ArrayList<>();
    for (Event event = next(); event != END; event = next()) {
      rest.add(event);
    }
    return rest;
  }

  /** Leaves, as when a browser is closed. */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // Gone is gone.
    }
  }
}
