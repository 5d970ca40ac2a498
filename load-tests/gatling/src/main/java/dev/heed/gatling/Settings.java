package dev.heed.gatling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;

/**
 * What a run is told; handed to the simulation, which Gatling makes itself, as a system property.
 *
 * @param rate people who arrive a second, or that each step adds
 * @param seconds of the whole run
 * @param turns that each person takes
 * @param openAi true: {@code /v1/chat/completions} only, which others such as llama-server have,
 *     too
 * @param says file with a text a line
 */
record Settings(
    Mode mode,
    String url,
    int users,
    double rate,
    int steps,
    long seconds,
    int maxTokens,
    int turns,
    boolean openAi,
    String model,
    Path says,
    Path report) {

  /** How people come. */
  enum Mode {
    CLOSED,
    OPEN,
    STEPS,
    SOAK
  }

  private static final String PROPERTY = "heed.gatling.settings";
  private static final ObjectMapper JSON = new ObjectMapper();

  Settings {
    if (users < 1 || rate <= 0 || steps < 1 || seconds < 1 || maxTokens < 1 || turns < 1) {
      throw new IllegalArgumentException("every number must be positive");
    }
  }

  void publish() {
    try {
      System.setProperty(PROPERTY, JSON.writeValueAsString(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Settings published() {
    try {
      return JSON.readValue(System.getProperty(PROPERTY), Settings.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Seconds of one step, at least one. */
  long stepSeconds() {
    return Math.max(1, seconds / steps);
  }

  /** What is offered, in people a second, at a second of the run. */
  double offered(double second) {
    return mode == Mode.STEPS ? rate * Math.min(steps, 1 + (int) (second / stepSeconds())) : rate;
  }
}
