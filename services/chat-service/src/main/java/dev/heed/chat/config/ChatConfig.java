package dev.heed.chat.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits and names of the chat service; every queue, body and wait has one. */
@ConfigMapping(prefix = "heed.chat")
public interface ChatConfig {

  /** The model's name, as clients ask for it. */
  @WithDefault("smollm2-135m-instruct")
  String model();

  /** Longest request body, in bytes. */
  @WithDefault("262144")
  long maxBody();

  /** Longest text of one turn, in characters. */
  @WithDefault("16000")
  int maxText();

  /** Most messages of history that a prompt takes. */
  @WithDefault("40")
  int maxHistoryMessages();

  /** Most characters of history that a prompt takes; the oldest messages go first. */
  @WithDefault("16000")
  int maxHistoryCharacters();

  /** Longest reply that may be asked for, in tokens. */
  @WithDefault("2048")
  int maxTokens();

  /**
   * Most likeliest tokens that a request may ask to be told beside each token. They are the model's
   * and nobody screened them, so none by default.
   */
  @WithDefault("0")
  int maxTopLogprobs();

  /** Longest reply when none is asked for, in tokens. */
  @WithDefault("256")
  int defaultMaxTokens();

  /** How long a turn may take from its acceptance to its last chunk. */
  @WithDefault("60s")
  Duration deadline();

  /** Replies being written at once, of all people. */
  @WithDefault("64")
  int maxConcurrent();

  /** Replies being written at once, of one person. */
  @WithDefault("4")
  int maxConcurrentPerPerson();

  /** Turns of one person in a minute. */
  @WithDefault("240")
  int maxTurnsPerMinute();

  /** Conversations that one person may keep. */
  @WithDefault("500")
  int maxConversations();

  /** Replies kept in memory to be resumed. */
  @WithDefault("2000")
  int keptReplies();

  /** Chunks of one reply kept in memory. */
  @WithDefault("4096")
  int maxChunks();

  /**
   * How long a kept conversation's reply may be without any reader, on any replica, before it is
   * cancelled; a stateless call's reply is cancelled at once, as nobody can take it up again.
   */
  @WithDefault("5s")
  Duration leaveGrace();

  /** How long a request waits for a conversation whose partition moves between replicas. */
  @WithDefault("3s")
  Duration storePatience();

  /** How long a reader may keep its connection full before it is closed (and may resume). */
  @WithDefault("10s")
  Duration slowReader();

  /** A comment line goes out this often on a silent stream. */
  @WithDefault("15s")
  Duration heartbeat();
}
