package dev.heed.feedback.http;

import dev.heed.feedback.config.FeedbackConfig;
import dev.heed.feedback.giving.Draft;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says all that is wrong with the fields of a request at once. */
@ApplicationScoped
public class Validator {

  /** The reasons that a thumbs-down may give. */
  public static final Set<String> REASONS =
      Set.of("OFF_TOPIC", "NONSENSICAL", "RUDE", "SPAM", "OTHER");

  private static final String COMPLETION = "chatcmpl-";
  private static final Set<String> UP_DOWN = Set.of("up", "down");
  private static final Set<String> PAIR = Set.of("this", "other", "tie");
  private static final Set<String> CONTEST = Set.of("agree", "disagree");
  private static final int MAX_USER = 256;

  private final FeedbackConfig config;
  private final Set<String> stars;

  Validator(FeedbackConfig config) {
    this.config = config;
    this.stars =
        IntStream.rangeClosed(1, config.stars())
            .mapToObj(Integer::toString)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** The name of an API key holder's user, when it is usable. */
  Optional<String> user(String user) {
    if (user == null || user.isBlank()) {
      return Optional.empty();
    }
    if (user.length() > MAX_USER || !wellFormed(user)) {
      throw Problem.invalid(List.of(new FieldError("user", "at most 256 characters")));
    }
    return Optional.of(user);
  }

  /** Why somebody appeals: some text within the limit of comments, or none. */
  Optional<String> appeal(String text) {
    List<FieldError> errors = new ArrayList<>();
    Optional<String> checked = text(text, "text", config.maxComment(), false, true, errors);
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
    return checked;
  }

  /** A reply's id, bare or as a completion's. */
  String replyId(String id) {
    List<FieldError> errors = new ArrayList<>();
    String bare = id(id, "reply_id", true, errors).orElse("");
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
    return bare;
  }

  /**
   * The request, when every field is right.
   *
   * @throws Problem 422 with an error for each that is not
   */
  Draft check(FeedbackRequest request) {
    List<FieldError> errors = new ArrayList<>();
    FeedbackKind kind = kind(request.kind(), errors);
    boolean down = "down".equals(request.label());
    Draft draft =
        new Draft(
            id(request.replyId(), "reply_id", true, errors).orElse(""),
            kind,
            label(kind, request.label(), errors),
            reasons(request.reasons(), kind == FeedbackKind.THUMBS && down, errors),
            text(
                request.comment(),
                "comment",
                config.maxComment(),
                kind == FeedbackKind.COMMENT,
                kind != FeedbackKind.RETRACT,
                errors),
            text(
                request.betterAnswer(),
                "better_answer",
                config.maxBetterAnswer(),
                kind == FeedbackKind.BETTER_ANSWER,
                kind == FeedbackKind.BETTER_ANSWER || (kind == FeedbackKind.THUMBS && down),
                errors),
            other(request.otherReplyId(), kind, errors),
            span(request.span(), kind, errors),
            retracts(request.feedbackId(), kind, errors));
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
    return draft;
  }

  private static FeedbackKind kind(String kind, List<FieldError> errors) {
    Optional<FeedbackKind> known =
        Arrays.stream(FeedbackKind.values())
            .filter(k -> k != FeedbackKind.UNKNOWN && k != FeedbackKind.REVIEW)
            .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(kind))
            .findFirst();
    if (known.isEmpty()) {
      errors.add(
          new FieldError(
              "kind",
              "one of thumbs, better_answer, comment, pairwise, stars, span, user_label,"
                  + " contest_filter, retract"));
    }
    return known.orElse(FeedbackKind.UNKNOWN);
  }

  private Optional<String> label(FeedbackKind kind, String label, List<FieldError> errors) {
    Set<String> allowed =
        switch (kind) {
          case THUMBS, SPAN -> UP_DOWN;
          case PAIRWISE -> PAIR;
          case STARS -> stars;
          case USER_LABEL -> config.userLabels();
          case CONTEST_FILTER -> CONTEST;
          case BETTER_ANSWER, COMMENT, RETRACT, REVIEW, UNKNOWN -> Set.of();
        };
    if (label == null && kind == FeedbackKind.CONTEST_FILTER) {
      return Optional.of("disagree");
    }
    boolean optional = allowed.isEmpty() || kind == FeedbackKind.SPAN;
    if (kind != FeedbackKind.UNKNOWN && (label == null ? !optional : !allowed.contains(label))) {
      String message =
          allowed.isEmpty()
              ? "this kind has no label"
              : "one of " + String.join(", ", new TreeSet<>(allowed));
      errors.add(new FieldError("label", message));
    }
    return Optional.ofNullable(label);
  }

  private static List<String> reasons(
      List<String> reasons, boolean allowed, List<FieldError> errors) {
    if (reasons == null || reasons.isEmpty()) {
      return List.of();
    }
    if (!allowed) {
      errors.add(new FieldError("reasons", "only with a thumbs down"));
      return List.of();
    }
    if (reasons.stream().anyMatch(r -> r == null || !REASONS.contains(r))) {
      errors.add(
          new FieldError("reasons", "each one of " + String.join(", ", new TreeSet<>(REASONS))));
      return List.of();
    }
    return reasons.stream().distinct().sorted().toList();
  }

  private static Optional<String> text(
      String text,
      String field,
      int limit,
      boolean required,
      boolean allowed,
      List<FieldError> errors) {
    if (text == null || text.isBlank()) {
      if (required) {
        errors.add(new FieldError(field, "is required and not blank"));
      }
      return Optional.empty();
    }
    if (!allowed) {
      errors.add(new FieldError(field, "does not belong to this kind and label"));
    } else if (text.length() > limit) {
      errors.add(new FieldError(field, "at most " + limit + " characters"));
    } else if (!wellFormed(text)) {
      errors.add(new FieldError(field, "holds characters that are not text"));
    } else {
      return Optional.of(Normalizer.normalize(text, Normalizer.Form.NFC));
    }
    return Optional.empty();
  }

  /** No half of a surrogate pair, no control character besides tab and line ends. */
  private static boolean wellFormed(String text) {
    return text.codePoints()
        .noneMatch(
            c ->
                Character.getType(c) == Character.SURROGATE
                    || (Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r'));
  }

  private static Optional<String> other(String other, FeedbackKind kind, List<FieldError> errors) {
    boolean pair = kind == FeedbackKind.PAIRWISE;
    if (other != null && !pair && kind != FeedbackKind.UNKNOWN) {
      errors.add(new FieldError("other_reply_id", "only with kind pairwise"));
    }
    return pair ? id(other, "other_reply_id", true, errors) : Optional.empty();
  }

  private static Optional<Draft.Span> span(
      FeedbackRequest.Span span, FeedbackKind kind, List<FieldError> errors) {
    if (span == null) {
      if (kind == FeedbackKind.SPAN) {
        errors.add(new FieldError("span", "is required"));
      }
      return Optional.empty();
    }
    if (kind != FeedbackKind.SPAN) {
      errors.add(new FieldError("span", "only with kind span"));
    } else if (span.start() == null || span.end() == null) {
      errors.add(new FieldError("span", "needs start and end"));
    } else if (span.start() < 0 || span.end() <= span.start()) {
      errors.add(new FieldError("span", "0 <= start < end"));
    } else {
      return Optional.of(new Draft.Span(span.start(), span.end()));
    }
    return Optional.empty();
  }

  private static Optional<String> retracts(
      String feedbackId, FeedbackKind kind, List<FieldError> errors) {
    if (kind != FeedbackKind.RETRACT) {
      if (feedbackId != null) {
        errors.add(new FieldError("feedback_id", "only with kind retract"));
      }
      return Optional.empty();
    }
    return id(feedbackId, "feedback_id", false, errors);
  }

  private static Optional<String> id(
      String id, String field, boolean required, List<FieldError> errors) {
    if (id == null) {
      if (required) {
        errors.add(new FieldError(field, "is required"));
      }
      return Optional.empty();
    }
    String bare = id.startsWith(COMPLETION) ? id.substring(COMPLETION.length()) : id;
    if (!Uuid7.isValid(bare)) {
      errors.add(new FieldError(field, "is not an id of ours"));
    }
    return Optional.of(bare.toLowerCase(Locale.ROOT));
  }
}
