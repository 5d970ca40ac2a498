package dev.heed.safety.opinion;

import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The question and answer of Llama Guard 3 (its model card, MLCommons' taxonomy S1 to S13 and S14).
 * Any chat model can be asked; one that does not answer in this form gives no opinion.
 */
final class LlamaGuard {

  private static final String TAXONOMY =
      """
      S1: Violent Crimes.
      S2: Non-Violent Crimes.
      S3: Sex Crimes.
      S4: Child Exploitation.
      S5: Defamation.
      S6: Specialized Advice.
      S7: Privacy.
      S8: Intellectual Property.
      S9: Indiscriminate Weapons.
      S10: Hate.
      S11: Self-Harm.
      S12: Sexual Content.
      S13: Elections.
      S14: Code Interpreter Abuse.
      """;

  private static final int MAX_TOKENS = 24;

  private LlamaGuard() {}

  static Map<String, Object> request(String model, Subject subject) {
    return Map.of(
        "model",
        model,
        "temperature",
        0,
        "max_tokens",
        MAX_TOKENS,
        "messages",
        List.of(Map.of("role", "user", "content", prompt(subject))));
  }

  static String prompt(Subject subject) {
    String who = speaker(subject.role());
    StringBuilder talk = new StringBuilder();
    List<String> before = subject.context();
    for (int i = 0; i < before.size(); i++) {
      boolean own = (before.size() - i) % 2 == 0;
      Role role = own == (subject.role() == Role.USER) ? Role.USER : Role.BOT;
      talk.append(speaker(role)).append(": ").append(before.get(i)).append("\n\n");
    }
    talk.append(who).append(": ").append(subject.text()).append("\n\n");
    return "Task: Check if there is unsafe content in '"
        + who
        + "' messages in conversations according our safety policy with the below categories.\n\n"
        + "<BEGIN UNSAFE CONTENT CATEGORIES>\n"
        + TAXONOMY
        + "<END UNSAFE CONTENT CATEGORIES>\n\n<BEGIN CONVERSATION>\n\n"
        + talk
        + "<END CONVERSATION>\n\nProvide your safety assessment for ONLY THE LAST "
        + who
        + " message in the above conversation:\n"
        + " - First line must read 'safe' or 'unsafe'.\n"
        + " - If unsafe, a second line must include a comma-separated list of violated categories.";
  }

  private static String speaker(Role role) {
    return role == Role.USER ? "User" : "Agent";
  }

  /** Reads "safe", or "unsafe" and a line of categories; anything else is no opinion. */
  static Rating read(String answer) {
    List<String> lines = answer.strip().lines().map(String::strip).toList();
    String first = lines.isEmpty() ? "" : lines.getFirst().toLowerCase(Locale.ROOT);
    if (first.equals("safe")) {
      return Rating.NOTHING;
    }
    if (!first.equals("unsafe")) {
      throw new RatingException(RatingException.Cause.ERROR);
    }
    Map<String, Double> scores = new HashMap<>();
    if (lines.size() > 1) {
      for (String code : lines.get(1).split(",", -1)) {
        scores.put(category(code.strip()), 1.0);
      }
    } else {
      scores.put(Categories.UNSAFE, 1.0);
    }
    return new Rating(1, scores);
  }

  private static String category(String code) {
    return switch (code.toUpperCase(Locale.ROOT)) {
      case "S1", "S2", "S9", "S14" -> Categories.HARM_REQUEST;
      case "S3", "S4", "S12" -> "sexual";
      case "S10" -> Categories.HATE;
      case "S11" -> Categories.SELF_HARM;
      default -> Categories.UNSAFE;
    };
  }
}
