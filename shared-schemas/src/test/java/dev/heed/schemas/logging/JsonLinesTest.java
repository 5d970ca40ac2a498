package dev.heed.schemas.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.SimpleFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

  private static ExtLogRecord record(String message) {
    ExtLogRecord record = new ExtLogRecord(Level.WARN, message, JsonLinesTest.class.getName());
    record.setLoggerName("dev.heed.test");
    return record;
  }

  private static JsonNode line(ExtLogRecord record) throws IOException {
    String text = new JsonLines().format(record);
    assertTrue(text.endsWith("\n"), text);
    assertEquals(text.length() - 1, text.indexOf('\n'), "more than one line: " + text);
    return new ObjectMapper().readTree(text);
  }

  @Test
  void aRecordIsOneLineOfJson() throws IOException {
    // Given: what breaks lines and quotes
    String message = "a \"quoted\"\nnew\tline \u0001 \ud83d\ude00 \\ {}";
    ExtLogRecord record = record(message);
    record.setMdc(java.util.Map.of("traceId", "abc"));
    // When
    JsonNode line = line(record);
    // Then
    assertEquals(message, line.path("message").asText());
    assertEquals("WARN", line.path("level").asText());
    assertEquals("dev.heed.test", line.path("loggerName").asText());
    assertEquals("abc", line.path("mdc").path("traceId").asText());
    assertFalse(line.path("timestamp").asText().isEmpty());
    assertTrue(line.path("sequence").isNumber());
  }

  @Test
  void aThrowableIsPartOfTheLine() throws IOException {
    ExtLogRecord record = record("It failed.");
    record.setThrown(new IllegalStateException("outer", new IOException("inner")));
    String trace = line(record).path("stackTrace").asText();
    assertTrue(trace.contains("IllegalStateException"), trace);
    assertTrue(trace.contains("Caused by: java.io.IOException"), trace);
  }

  @Test
  void handlersWithinHandlersAreReached() {
    // Given
    Handler inner = new ConsoleHandler();
    Handler plain = new ConsoleHandler();
    plain.setFormatter(new SimpleFormatter());
    ExtHandler outer =
        new ExtHandler() {
          @Override
          protected void doPublish(ExtLogRecord record) {
            throw new AssertionError("nothing is logged here");
          }
        };
    outer.addHandler(inner);
    // When
    JsonLogs.applyTo(outer, plain);
    // Then
    assertInstanceOf(JsonLines.class, inner.getFormatter());
    assertInstanceOf(JsonLines.class, plain.getFormatter());
  }
}
