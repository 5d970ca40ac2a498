"""Hate, and what only looks like it, by a small grammar: the same frames with vile and with kind words, with groups and with things, said and negated. Offensive by nature.

A sentence is dev's alone when one of its words or frames is: one in fourteen of a list here, one in six of the frames of hate_lists.py, as there.
"""

from hate_lists import COUNTER, GROUPS, NEGATED, ONE, OTHERS, PERSONS
from templates import HATE_OFF, HATE_ON, Rows, end, noise


def words(text):
    return text.replace('\n', '').split(';')


BAD = words('''repulsive;hideous;revolting;dumb;brainless;primitive;savage;vile;rotten;degenerate;perverted;unclean;greedy;violent by nature;backward;deceitful;crooked;inbred;ungrateful;work-shy;dishonest;loathsome;unfit to live among us;incapable of thinking;
unworthy of pity;dirty;sly;barbaric;sick in the head;wicked;dim;cruel by blood;not worth saving;beneath contempt;ugly inside and out;abnormal;hopelessly stupid;shameless;of lower intelligence;a danger to our children;less than human;good for nothing;genetically defective;morally bankrupt''')
GOOD = words('''brilliant;funny;brave;clever;generous;charming;reliable;wonderful company;beautiful inside and out;hard-working;honest;warm-hearted;witty;talented;a joy to work with;patient;polite;good-natured;full of ideas;just like everybody else;ordinary people;as different as anyone;
good parents;loved by their families;decent;resilient;worth listening to;part of our town;great cooks;inspiring;gentle;worthy of respect;gifted;fair;equal to all of us;dear to me''')
BEASTS = words('''maggots;swine;dogs;apes;snakes;locusts;leeches;trash;filth;dirt;mould;a cancer;a virus;a curse;a mistake of nature;thieves;thugs;savages;perverts;rapists;cowards;freaks;degenerates;monsters;half-wits;bloodsuckers;crooks;traitors;weeds that must be pulled;
human waste;liars and cheats;a tumour;brutes;hyenas;the dregs;terrorists at heart;child molesters;a shame for mankind;imbeciles;demons;slime;fleas;rubbish;gold diggers and nothing more;slaves by nature''')
ANGELS = words('''neighbours;friends of mine;heroes;angels;a blessing;a gift;stars;people like you and me;teachers and nurses;citizens with rights;colleagues;role models;family to me;pioneers;athletes;artists;part of who we are;leaders;good company;workmates I trust''')
# {g} a group in the plural; {x} a predicate
SAYS = words('''{g} are {x};all {g} are {x};most {g} are {x};where I live {g} are {x};{g} have always been {x};{g} are {x}, full stop;never forget that {g} are {x};{g} really are {x};these {g} are {x};{g} are {x} and always will be;{g} in this country are {x};face it, {g} are {x};{g} turn out to be {x};
one look and you see that {g} are {x};I grew up with {g} and they are {x};my street is full of {g}, they are {x};{g}? They are {x};I was told that {g} are different, but they are {x};{g}, young and old, are {x};wherever you meet {g}, they are {x};the truth is that {g} are {x};{g} are nothing if not {x};
you always notice that {g} are {x};some say otherwise, but {g} are {x};what I like to tell my kids: {g} are {x}''')
LEADS = words('''personally I feel that;my view has always been that;I have a right to think that;unpopular truth:;don't get me wrong, but;I may be blunt, but;any sane person can see that;let's be frank:;after years in this city I am sure that;no offence, but;it has to be said:;I have come to the conclusion that;
you won't change my mind:;hot take:;as a taxpayer I say;from what I have seen,;I'd argue that;to be perfectly honest,;my honest opinion:;there, I said it:;I'm not prejudiced, but;say what you like,;between you and me,;mark my words:;I strongly suspect that;my gut tells me that;it's only a thought, but;
I won't be silenced:;ask anyone around here:;it's no secret that;my father taught me that;I'd bet money that;the older I get, the more I believe that;I used to be tolerant, but;maybe I'm old, but I think;in my humble opinion;I'm convinced that;tell me I'm wrong, but''')
ASKS_X = words('''why on earth are {g} so {x}?;are {g} born {x} or do they learn it?;is it just me or are {g} {x}?;since when are {g} anything but {x}?;how did {g} get to be so {x}?;do you also find {g} {x}?;can anyone deny that {g} are {x}?;why does nobody say that {g} are {x}?;have you noticed that {g} are {x}?;
is there a reason why {g} are always {x}?;when did you find out that {g} are {x}?;doesn't everybody know that {g} are {x}?''')
ASKS_VILE = words('''what use are {g}?;how many {g} does it take to ruin a street?;who thought it was a good idea to let {g} live here?;would anybody shed a tear if {g} vanished?;how do {g} dare to show their faces?;why do I have to share a bus with {g}?;who wants {g} next door, be honest?;since when do {g} have a say?;
how can a decent person touch {g}?;when do we send {g} back to where they crawled from?;why should {g} get a doctor before us?;how long must we put up with {g}?;why do {g} smell like that?;has anyone ever met {g} with a brain?;can't somebody make {g} disappear?;who gave {g} the right to marry?;
why do schools still take {g}?;what did the world do to deserve {g}?;do {g} ever wash?;how do {g} manage to fail at everything?''')
FEELS = words('''cannot bear;have only scorn for;get the creeps from;feel sick around;abhor;resent;have no pity for;feel pure rage at;shudder at the sight of;have had it with;will never accept;recoil from;look down on;would spit on;am disgusted by;feel hatred for;have nothing but loathing for;want to vomit at the sight of;
refuse to breathe the same air as;curse;laugh at the misery of;am fed up with the mere sight of;wish the worst on;turn away from''')
LOVES = words('''have great respect for;like;enjoy working with;care about;am fond of;feel at home among;look up to;am grateful to;learn a lot from;worry about the safety of;cook for;stand up for;miss;feel close to;wish the best for;have a soft spot for;cheer for;am happy for;vote with;believe in''')
TAILS = words(''';;;, always have; more than anything; from the bottom of my heart; and I am not ashamed of it; with every fibre of my body;, sorry not sorry;, plain and simple;, and so does my wife; these days; since I moved here;, who doesn't?''')
HURTS = words('''slit the throats of;stab;run over;set fire to;smash the skulls of;shoot at;bomb;strangle;beat the hell out of;hunt down;poison;drown;crush;cut up;wipe out;throw stones at;break the bones of;put a bullet in;cleanse our streets of;whip;lock up;chase away;deport;starve;castrate;enslave;rape;kick the teeth out of;
punch;torture;string up;eliminate;hang;burn the homes of;make life hell for;get rid of;rip apart;bury;teach a bloody lesson to;put down''')
HELPS = words('''help;protect;listen to;hire;invite;visit;support;talk to;vote for;welcome;feed;thank;hug;understand;defend;cook for;stand by;include;teach;learn from;dance with;pay;befriend;celebrate''')
DOERS = words('''I will;we will;somebody should;the army ought to;real men should;this town must;we need to;I can't wait to;I would love to;they should let us;one day I am going to;my friends and I want to;it is our duty to;let us;all of us must;I swear I'll;it's high time to;the police had better;just;go and''')
PLACES = words(''';;; tonight; one by one; next time; once and for all;, every single one; if they come near us; at the bus stop; in our town; tomorrow after work; before it is too late; like in the old days; wherever we find them''')
FATES = words('''a bullet;the rope;to burn;to rot in a ditch;to be beaten;no mercy;to be spat at;hell on earth;every blow they get;to suffer slowly;to be put in camps;to lose everything;to be buried alive;nothing but pain''')
GIFTS = words('''better pay;a fair trial;a warm meal;our thanks;the same chances;a safe home;good doctors;more seats in parliament;a day off;an apology;to be heard;protection by law;to marry whom they love;a decent school''')
ENDS = words('''burn;choke;get cancer;drown;die out;rot;starve;bleed;suffer;never have children;freeze to death;crash their cars;catch a plague;get what they deserve''')
LUCK = words('''find peace;win;do well;stay healthy;get home safely;have a happy new year;find good jobs;grow old;be heard;pass their exams;feel welcome;get well soon''')
# {o} one person of a group
ONE_X = words('''you are {o}, so you are {x};of course you are {x}, you are {o};my new boss is {o}, so she must be {x};never met {o} who was not {x};{o} will always be {x};what I think of {o}? {x}, as all of them;look at that, {o}, how {x};you talk like {o}: {x};he's {o}, that means he is {x};
my daughter brought {o} home, and he was {x};{o} taught my class and was {x};only {o} could be so {x}''')
ONE_HURT = words('''I will {v} you, because you are {o};if {o} moves in next door I'll {v} the whole family;I saw {o} at the station and wanted to {v} all of them;my son should {v} any boy who is {o};you are {o}? Then someone should {v} your kind;dare to date {o} and I'll {v} you both''')
ONE_HELP = words('''I will {v} you, and that you are {o} does not matter;if {o} moves in next door I'll {v} the whole family;I saw {o} at the station and wanted to {v} them;my son likes to {v} a boy who is {o};you are {o}? I'd love to {v} your group;my sister dates {o}, we all {v} them both''')
# what is said of a sentence, harmless: {h} is a hateful sentence, {g} a group, {x} a vile predicate, {v} a violent verb
DENIES_X = words('''{g} are not {x};{g} aren't {x};{g} are not {x}, and never were;I don't think {g} are {x};I never said that {g} are {x};nobody here believes that {g} are {x};it's nonsense that {g} are {x};stop saying that {g} are {x};you can't call {g} {x};who says that {g} are {x} is wrong;{g} are anything but {x};
it isn't fair to say {g} are {x};since when does being one of the {g} make you {x}? It doesn't;there is no proof that {g} are {x};my mother told me {g} are {x}, and I found out that she was wrong;he thinks {g} are {x}, and that's why I left him''')
DENIES_V = words('''I would never {v} {g};nobody should {v} {g};don't {v} {g};it's a crime to {v} {g};they want to {v} {g}, and we have to stop them;you must not {v} {g};no one may {v} {g} in this town;I can't believe that somebody wants to {v} {g};he went to prison because he tried to {v} {g};
we won't let anyone {v} {g};to {v} {g} is wrong, always;a mob tried to {v} {g} last night, the police came in time;how do we stop those who want to {v} {g}?;never again will a state {v} {g}''')
DENIES_F = words('''I don't {f} {g};nobody should {f} {g};why would anyone {f} {g}?;I was taught to {f} {g}, and I am glad I unlearned it;people who {f} {g} scare me;you say you {f} {g}, and I feel sorry for you;I used to {f} {g}, until I got to know some''')
THINGS = OTHERS + PERSONS


DEV = 14


class Grammar:
    """Draws words of a list; remembers whether one of them is dev's."""

    def __init__(self, rows):
        self.rows, self.rnd, self.held = rows, rows.rnd, False

    def pick(self, items, one_in=DEV):
        item = self.rnd.choice(items)
        self.held |= sum(map(ord, item)) % one_in == 0
        return item

    def group(self):
        return self.rnd.choice(GROUPS)

    def add(self, text, heads, source, share=0.1):
        text = ' '.join(text.split())
        self.rows.add(noise(self.rnd, end(self.rnd, text), share), heads, source, self.held, self.rnd.choice(['user', 'user', 'bot']))
        self.held = False


def vile(g, who):
    """(sentence, family) of a random family, about `who`."""
    family = g.rnd.choice(['derogate', 'derogate', 'opinion', 'opinion', 'question', 'emotion', 'threat', 'threat', 'fate'])
    x = g.pick(g.rnd.choice([BAD, BEASTS]))
    if family == 'derogate':
        text = g.pick(SAYS).format(g=who, x=x)
    elif family == 'opinion':
        text = g.pick(LEADS) + ' ' + SAYS[g.rnd.randrange(6)].format(g=who, x=x)
    elif family == 'question':
        text = g.pick(ASKS_X).format(g=who, x=g.pick(BAD)) if g.rnd.random() < 0.6 else g.pick(ASKS_VILE).format(g=who)
    elif family == 'emotion':
        text = g.rnd.choice(['', '', 'honestly, ', 'yes, ', 'all in all, ']) + 'I ' + g.pick(FEELS) + ' ' + who + g.rnd.choice(TAILS)
    elif family == 'threat':
        text = g.pick(DOERS) + ' ' + g.pick(HURTS) + ' ' + who + g.rnd.choice(PLACES)
    else:
        text = who + ' deserve ' + g.pick(FATES) if g.rnd.random() < 0.5 else g.rnd.choice(['I hope', 'may', 'I pray that', "can't wait until"]) + ' ' + who + ' ' + g.pick(ENDS)
    return text, family


def kind(g, who):
    """The same frames with kind words."""
    family = g.rnd.randrange(9)
    x = g.pick(g.rnd.choice([GOOD, ANGELS]))
    if family < 3:
        return g.pick(SAYS).format(g=who, x=x)
    if family < 5:
        return g.pick(LEADS) + ' ' + SAYS[g.rnd.randrange(6)].format(g=who, x=x)
    if family == 5:
        return g.pick(ASKS_X).format(g=who, x=g.pick(GOOD))
    if family == 6:
        return 'I ' + g.pick(LOVES) + ' ' + who + g.rnd.choice(TAILS)
    if family == 7:
        return g.pick(DOERS) + ' ' + g.pick(HELPS) + ' ' + who + g.rnd.choice(PLACES)
    return who + ' deserve ' + g.pick(GIFTS) if g.rnd.random() < 0.5 else g.rnd.choice(['I hope', 'may', 'I pray that', "can't wait until"]) + ' ' + who + ' ' + g.pick(LUCK)


def denied(g):
    """A vile sentence that is negated, quoted or told of with disgust."""
    choice, who = g.rnd.randrange(6), g.group()
    if choice < 2:
        return g.pick(DENIES_X).format(g=who, x=g.pick(g.rnd.choice([BAD, BEASTS])))
    if choice == 2:
        return g.pick(DENIES_V).format(g=who, v=g.pick(HURTS))
    if choice == 3:
        return g.pick(DENIES_F).format(g=who, f=g.pick([f for f in FEELS if not f.startswith('am ')]))
    return g.pick(COUNTER if choice == 4 else NEGATED, 6).format(h=vile(g, who)[0].rstrip('?'))


def grammar(seed=0, scale=1.0):
    """Some 17,000 rows at scale 1."""
    rows = Rows(seed + 77)
    g = Grammar(rows)
    for _ in range(int(6500 * scale)):
        text, family = vile(g, g.group())
        g.add(text, HATE_ON, 'tpl_gram_' + family)
    for _ in range(int(3500 * scale)):
        g.add(kind(g, g.group()), HATE_OFF, 'tpl_gram_kind')
    for _ in range(int(4500 * scale)):
        g.add(denied(g), {'hate': 0, 'toxicity': 0}, 'tpl_gram_denied', 0.04)
    for _ in range(int(1200 * scale)):
        g.add(vile(g, rows.rnd.choice(THINGS))[0], {'hate': 0}, 'tpl_gram_things')
    for _ in range(int(500 * scale)):
        one = rows.rnd.choice(ONE)
        g.add(g.pick(ONE_X).format(o=one, x=g.pick(BAD)), HATE_ON, 'tpl_gram_one')
        g.add(g.pick(ONE_X).format(o=one, x=g.pick(GOOD)), HATE_OFF, 'tpl_gram_kind')
        if rows.rnd.random() < 0.5:
            g.add(g.pick(ONE_HURT).format(o=one, v=g.pick(HURTS)), HATE_ON, 'tpl_gram_one')
            g.add(g.pick(ONE_HELP).format(o=one, v=g.pick(HELPS)), HATE_OFF, 'tpl_gram_kind')
    return rows.rows
