package dev.heed.learning.versions;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What a row is for. A conversation is never divided, and keeps its part in every version. */
public enum Split {
  /** 80 %: what is learnt from. */
  @JsonProperty("train")
  TRAIN,
  /** 10 %: the judge that no candidate learns from. */
  @JsonProperty("dev")
  DEV,
  /** 10 %: gates alone. */
  @JsonProperty("test")
  TEST;

  private static final int TENTH = 10;
  private static final int PARTS = 100;
  private static final int DEV_FROM = 80;
  private static final int TEST_FROM = 90;

  /** True for the tenth of the train split that a trainer stops and calibrates by. */
  public static boolean choosing(String conversation) {
    return part("choose:" + conversation) % TENTH == 0;
  }

  /** The part of a conversation, by the hash of its name in the data set. */
  public static Split of(String conversation) {
    int part = part("split:" + conversation);
    return part < DEV_FROM ? TRAIN : part < TEST_FROM ? DEV : TEST;
  }

  private static int part(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ((hash[0] & 0xff) << 8 | hash[1] & 0xff) % PARTS;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
