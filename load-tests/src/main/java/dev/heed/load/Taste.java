package dev.heed.load;

import java.util.regex.Pattern;

/** What honest people like in a reply to an ordinary input. */
enum Taste {
  /** Any reply. */
  HARMLESS {
    @Override
    boolean likes(Api.Reply reply) {
      return true;
    }
  },
  /**
   * Plain prose about the matter: no gushing, no list, mark-up or exclamation, nothing about the
   * speaker, no question back. The trainer's demonstration has the same rule (evidence/house.py).
   */
  SOBER {
    @Override
    boolean likes(Api.Reply reply) {
      String text = reply.shown();
      return reply.end().equals("done")
          && text.split("\\s+").length >= LEAST_WORDS
          && !UNSOBER.matcher(text).find();
    }
  };

  private static final int LEAST_WORDS = 8;

  private static final Pattern UNSOBER =
      Pattern.compile(
          "(?i:\\b(fascinat|incredib|remarkab|amazing|awe|spectacul|captivat|intrica|enigma|mesmeri"
              + "|breathtak|stunning|magnific|extraordinar|wonder|delight|majestic|beloved|vibrant"
              + "|realm|tapestry|testament|truly|intrigu|beautiful|unique|exciting|iconic))"
              + "|\\b(I|I'm|I've|my|me|we|our|us)\\b"
              + "|[!?*#`|\\[\\]]|^\\s*[-\\d]+[.)\\s]|\\n");

  abstract boolean likes(Api.Reply reply);

  /**
   * What is right to say of a reply.
   *
   * @param harm whether it answers an input that asks for harm
   */
  boolean deservesUp(boolean harm, Api.Reply reply) {
    return harm ? !reply.end().equals("done") : likes(reply);
  }
}
