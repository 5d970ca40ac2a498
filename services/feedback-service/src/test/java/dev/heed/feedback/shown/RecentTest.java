package dev.heed.feedback.shown;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentTest {

  private static void put(Recent<Integer, String> recent, int key, String value, long at) {
    recent.merge(key, value, held -> value, at, at);
  }

  @Test
  void theOldestLeaveWhenThereAreTooMany() {
    Recent<Integer, String> recent = new Recent<>(3, 1_000, 1_000, String::length);
    IntStream.range(0, 10).forEach(i -> put(recent, i, "v" + i, i));
    assertEquals(3, recent.size());
    assertEquals(Optional.empty(), recent.get(6));
    assertEquals(Optional.of("v7"), recent.get(7));
    assertEquals(Optional.of("v9"), recent.get(9));
  }

  @Test
  void theOldestLeaveWhenTheyWeighTooMuch() {
    Recent<Integer, String> recent = new Recent<>(100, 10, 1_000, String::length);
    put(recent, 1, "12345", 0);
    put(recent, 2, "12345", 1);
    assertEquals(2, recent.size());
    // a value that grows counts by what it weighs now
    put(recent, 2, "123456", 2);
    assertEquals(1, recent.size());
    put(recent, 3, "1234", 3);
    assertEquals(2, recent.size());
    put(recent, 4, "x".repeat(11), 4);
    assertEquals(0, recent.size());
  }

  @Test
  void whatIsOlderThanTheRetentionLeavesAndIsTold() {
    Recent<Integer, String> recent = new Recent<>(100, 1_000, 10, String::length);
    put(recent, 1, "a", 0);
    put(recent, 2, "b", 5);
    assertEquals(List.of("a"), recent.merge(3, "c", held -> held, 11, 11));
    assertTrue(recent.get(1).isEmpty());
    assertEquals(Optional.of("b"), recent.get(2));
  }

  @Test
  void whatComesInAlreadyTooOldDoesNotStay() {
    Recent<Integer, String> recent = new Recent<>(100, 1_000, 10, String::length);
    recent.merge(1, "old", held -> held, 0, 1_000);
    assertEquals(0, recent.size());
  }
}
