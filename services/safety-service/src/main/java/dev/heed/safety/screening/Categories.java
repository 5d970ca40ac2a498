package dev.heed.safety.screening;

import java.util.List;

/** The closed set of category names in scores, policies, phrase lists and metrics. */
public final class Categories {

  public static final String HATE = "hate";
  public static final String SELF_HARM = "self_harm";
  public static final String HARM_REQUEST = "harm_request";

  /** What fits no other category. */
  public static final String UNSAFE = "unsafe";

  /** Category of a verdict that could not be reached; never a score of a rater. */
  public static final String UNAVAILABLE = "unavailable";

  /** Every category that a rater may score, in the order of reports. */
  public static final List<String> ALL =
      List.of(
          HATE,
          "toxicity",
          "harassment",
          "abuse_of_bot",
          "sexual",
          SELF_HARM,
          HARM_REQUEST,
          "injection",
          "unsafe_reply",
          UNSAFE,
          "sensitive.drugs",
          "sensitive.politics",
          "sensitive.religion",
          "sensitive.medical",
          "sensitive.nsfw");

  private Categories() {}

  /** True when the name is one of {@link #ALL}. */
  public static boolean isKnown(String name) {
    return ALL.contains(name);
  }
}
