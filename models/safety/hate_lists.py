"""Frames of hate and of what only looks like it, as lists for templates.py. Offensive by nature."""

GROUPS = '''women;girls;men;gay people;gays;lesbians;bisexuals;trans people;trans women;transgender folks;queer people;non-binary people;black people;Black folks;white people;Asians;Chinese people;Indians;Pakistanis;Mexicans;Latinos;Africans;Arabs;
Turks;Poles;Roma;Native Americans;immigrants;migrants;refugees;asylum seekers;foreigners;Muslims;Jews;Jewish people;Christians;Catholics;Hindus;Sikhs;Buddhists;atheists;disabled people;blind people;deaf people;autistic people;people with Down syndrome;
wheelchair users;old people;elderly people;mentally ill people;fat people;homeless people;single mothers;Palestinians;Israelis;Russians;Ukrainians;Koreans;Japanese people;Somalis;Haitians'''.replace('\n', '').split(';')
ONE = '''a woman;a gay man;a lesbian;a trans person;a black man;an Asian girl;a Muslim;a Jew;an immigrant;a refugee;a disabled person;an autistic kid;a Mexican;a Hindu;a blind person;an old lady;a Roma boy;a bisexual'''.replace('\n', '').split(';')

# %s is a group in the plural
DEROGATE = '''%s are vermin;%s are nothing but animals;%s are disgusting;%s are scum;%s are a plague on this country;%s are like rats;%s are filthy parasites;%s are subhuman;%s are a disease;%s are worthless;%s are garbage;%s are all criminals;
%s are too stupid to vote;%s are lazy leeches;%s are born liars;%s ruin every neighbourhood;%s only bring crime;%s are the reason everything falls apart;%s make me sick;%s are inferior to us;%s belong in a zoo;%s have no place in our society;
%s are mentally sick freaks;%s are a burden and nothing else;%s are cockroaches;%s should know their place;%s don't deserve rights;%s are not real human beings;%s are pure evil;%s stink;%s breed like insects;%s will never be equal to us;
%s can't be trusted with anything;%s are a stain on humanity;you can smell %s from a mile away;there is nothing good about %s;%s are the lowest form of life;%s poison our culture;%s deserve every bad thing they get'''.replace('\n', '').split(';')
EMOTION = '''I hate %s;I hate all %s so much;I despise %s;I can't stand %s;I detest %s with all my heart;%s disgust me;I loathe %s;I want nothing to do with %s;god I hate %s;I am so sick of %s existing;I feel nothing but contempt for %s;my whole family hates %s;
every time I see %s I want to throw up;I wish there were no %s'''.replace('\n', '').split(';')
THREAT = '''we should kill all %s;someone should shoot %s;%s deserve to die;I will beat up %s when I see them;round up %s and lock them away;let's burn down the houses of %s;%s need to be wiped out;I'm going to hurt %s tonight;hang all %s;%s should be gassed;
put %s against a wall;it's time to get rid of %s for good;I'd love to see %s suffer;%s ought to be deported or worse;exterminate %s;kick %s out of our country;%s should be put down like dogs;if %s come here we will make them bleed;ban %s from public places;
sterilise %s;drive %s into the sea'''.replace('\n', '').split(';')
QUESTION = '''why are %s so disgusting?;why do %s always steal?;how can anyone live next to %s?;who would ever want to marry one of these %s?;isn't it obvious that %s are inferior?;when will we finally get rid of %s?;why don't we just lock up all %s?;am I the only one who thinks %s are trash?;
what's wrong with %s, are they all brain-damaged?;why should we treat %s like humans?;do %s even have feelings?;why can't %s just die out?;is there anything more useless than %s?;does anybody really want %s around?;who let these filthy %s in?;
why are we letting %s breathe our air?'''.replace('\n', '').split(';')
OPINION = '''honestly, I think %s are worth less than dogs;in my opinion %s should not be allowed to have kids;I firmly believe %s are the enemy;if you ask me, %s are pathetic;everyone knows %s can't be civilised;just saying, %s are a waste of oxygen;call me old-fashioned but %s are beneath us;
let's be real, %s are dumb as rocks;no offence but %s are all perverts;it's a scientific fact that %s are less intelligent'''.replace('\n', '').split(';')
SARCASM = '''oh great, more %s, just what this town needed, more thieves;if I had a coin for each crime by %s I'd be a billionaire;the only good thing about %s is when they leave;%s and soap, now that would be news;a world without %s sounds like paradise;
not letting %s vote was the best idea our fathers had;I would never let one of those %s touch my food;no %s should ever be allowed near children;you know what %s are good for? nothing;never trust %s;nobody likes %s and nobody ever will;we don't want %s here;
%s are not welcome anywhere decent;there's no such thing as a decent one among %s;I've never met one of %s who wasn't a crook'''.replace('\n', '').split(';')
PRONOUN = '''%s? They are all the same, and they should rot.;My street is full of %s. They deserve a beating.;I met some %s today. I hate every last one of them.;You are one of the %s? Then you are trash to me.;%s moved in next door. Somebody should burn their house.;
Look at those %s. Such vermin should not be allowed to walk around.'''.replace('\n', '').split(';')
HATE_FAMILIES = {
    'derogate': DEROGATE, 'emotion': EMOTION, 'threat': THREAT, 'question': QUESTION, 'opinion': OPINION, 'sarcasm': SARCASM, 'pronoun': PRONOUN,
}

POSITIVE = '''%s are wonderful neighbours;I love %s;%s enrich our culture;I admire the courage of %s;we should protect the rights of %s;%s deserve the same respect as everyone;my best friends are %s;%s are great;%s are human beings like you and me;I'm proud of all %s out there;
%s are amazing parents;the world would be poorer without %s;%s are welcome here;so happy for %s today;%s have done so much for this city;every company should hire more %s;I stand with %s;%s rock;%s are just as smart as anyone else;long live %s'''.replace('\n', '').split(';')
NEUTRAL = '''there are many %s in my town;a new centre for %s opened today;%s told me about their holiday;the film is about %s;how many %s live in Canada?;are there %s in your class?;I talked to some %s on the train;the article covers the history of %s;%s protested yesterday in the capital;
my doctor works with %s;the survey asked %s about their jobs;which laws apply to %s?;can you recommend a book by %s?;%s make up ten percent of voters;the museum has an exhibition on %s;what do %s usually celebrate in spring?;
a study on health among %s was published;the new law affects %s;I am writing a paper about %s in the 19th century'''.replace('\n', '').split(';')
SUPPORT = '''how can we support %s at work?;it breaks my heart how %s are treated;discrimination against %s must end;attacks on %s have risen again this year;as one of the %s I face prejudice every day;teach your kids to respect %s;we need better protection for %s;
nobody should be afraid because they are %s;I'm tired of the way the press talks about %s;stop bullying %s'''.replace('\n', '').split(';')
# %s is a positive sentence's negation
NEG_POS = '''no one really likes %s;%s are not welcome here;%s do not deserve respect;%s will never be as smart as us;I would never call %s human;%s aren't worth helping;you can't love %s;%s should not have rights;not a single one of %s is decent;%s are no humans to me;
%s don't belong in our schools;nothing %s do is any good;I'd never hire %s;%s must not marry our children'''.replace('\n', '').split(';')
# %s is a hateful sentence
NEGATED = '''it is not true that {h};I would never say that {h};I do not believe that {h};nobody with a heart thinks that {h};it's a lie that {h};no, it isn't true that {h};I don't think that {h};we must never accept the idea that {h};don't ever say {h};I never claimed that {h};
it would be wrong to say {h};only a fool believes that {h}, and I am no fool'''.replace('\n', '').split(';')
NEG_DIRECT = '''I don't hate %s;I do not hate %s at all;nobody should hate %s;%s are not vermin;%s are not disgusting;%s are not criminals;we should never hurt %s;no one deserves to be killed, and %s don't either;%s don't deserve to be treated like dirt;%s are not a plague;
you shouldn't despise %s;%s are not the problem;I have nothing against %s;%s aren't stupid;%s should not be kicked out;I would never attack %s;%s are no parasites;don't hurt %s;%s do not deserve to die;it's wrong to hate %s;%s are no less human than others;
I can't understand why anyone would hate %s;we will not let you harm %s;never will I look down on %s;%s are not animals and not subhuman;I'm not someone who hates %s;there's no reason to fear %s;%s are not lazy;saying no to violence against %s'''.replace('\n', '').split(';')
COUNTER = '''"{h}" is a horrible thing to say;my uncle said "{h}" at dinner and I left the table;please stop saying "{h}";whoever wrote "{h}" should be ashamed;saying {h} is hateful and wrong;he was banned from the forum for posting "{h}";
the graffiti "{h}" was removed by volunteers;you can't just say "{h}", that's racist;people who think {h} are the real problem;they shouted "{h}" at us, it was scary;I reported the comment "{h}" to the moderators;the court fined him for writing "{h}";
imagine hearing "{h}" every day at school;what you mean is "{h}", and that is disgusting;posts like "{h}" make the internet a worse place;in the film the villain says "{h}";the old poster read "{h}", a shame of its time;stop spreading nonsense like "{h}";
if you say {h}, you are a bigot;"{h}" - this is what hate looks like, do not share it;anyone who claims {h} has never met one;how dare you say "{h}"?;the sentence "{h}" is an example of hate speech'''.replace('\n', '').split(';')
OTHERS = '''mondays;this printer;traffic jams;spiders;mosquitoes;this stupid phone;cold coffee;that film;slow internet;my old laptop;pop-up ads;exams;wasps;weeds;spam e-mails;tax forms;alarm clocks;onions;slow drivers;telemarketers;politicians;bankers;managers;artists;
lawyers;capitalists;communists;football fans;vegans;gamers;hipsters;landlords;scammers;burglars;terrorists;nazis;racists;bullies;dictators;rapists;murderers;Liberals;Tories;Republicans;estate agents;journalists;smokers;accountants;soldiers;the other team'''.replace('\n', '').split(';')
PERSONS = '''my neighbour;that referee;my boss;this guy online;her ex;the cashier;my brother;the man next door;our coach;that singer;my old teacher;Dave;Karen from work;the driver in front of me'''.replace('\n', '').split(';')
PERSON_ABUSE = '''%s is an idiot;%s is the worst;%s is such a moron;I hate %s;%s is a lying piece of trash;%s makes me sick;somebody should slap %s;%s is a waste of space;screw %s;%s deserves nothing;%s is a total loser;I despise %s;why is %s so stupid?'''.split(';')
PROFANITY = '''this is fucking great;what a damn good day;holy shit, that was fun;I am so fucking tired;hell yes, finally;shit, I forgot my keys;that game was badass;fuck, it's cold today;damn, you look amazing;bloody brilliant work;I fucking love this song;
oh shit, the train leaves in five minutes;that burger was fucking delicious;fuck yeah, I passed the exam;it's hot as hell in here;who the hell ate my cake?;this damn zip is stuck again;my stupid car won't start, shit;we kicked ass in the finals;god damn, what a goal;
I don't give a shit about the weather;what the fuck happened to the prices?;crap, I burned the toast;this bitch of a hill nearly killed my legs;my dog is such a little shit, I adore him;fuck this homework;holy fuck, look at that sunset;he's one hell of a drummer;
bullshit, that was never a foul;these jeans fit like shit;so fucking proud of you;piss off, printer;I swear like a fucking sailor;the hell with diets, give me pizza'''.replace('\n', '').split(';')
HOMONYM = '''the gay nineties were a time of wealth;we had a gay old time at the fair;a chink in his armour decided the duel;the fag end of the rope was wet;they retard the ignition timing of the engine;the dyke protects the town from the sea;
the paddy field was flooded after the rain;a spade is the best tool for that soil;the queen of spades was the last card;he coined a new word for it;nip the problem in the bud;
Pakistan beat England by four wickets;the cracker broke in my soup;put the cheese on a cracker;the slope was steep and icy;this tranny oil is for old transmissions;the Yellow Pages were thick;a crip walk is a dance;flame retardant curtains;the music slows down, poco ritardando;
he is a master of the queer old art of clock making;black coffee, white sugar;the white spirit removes the paint;yellow fever is spread by mosquitoes;Niger is a country in Africa;the cotton picking season has begun;a monkey wrench lay on the bench;the ape house of the zoo is closed'''.replace('\n', '').split(';')
RECLAIMED = '''I'm queer and proud of it;as a dyke I feel at home in this bar;my fag friends and I are off to pride, love us;yes, I am a crip and I run the wheelchair race;
us fatties had the best pool party;I call myself a tranny, my word, my choice;proud to be a nasty woman;my bitches and I are going dancing;love being a big queer nerd;this dyke march was the happiest day of my year;I'm just a happy little homo'''.replace('\n', '').split(';')

POSITIVE += '''%s deserve love;we are lucky to have %s in our street;I really like spending time with %s;three cheers for %s;hats off to %s;I have so much respect for %s;%s make this place better;God bless %s;%s inspire me;life would be dull without %s;%s have every right to be here;
it's great that %s can marry now;I trust %s;our team needs more %s;%s are my heroes;I'm so glad %s moved in next door;%s cook the best food;%s are kind and hard-working;may %s live in peace;%s taught me everything I know;we celebrate %s this month;
I couldn't be happier for %s;everything about %s is beautiful;%s belong here;there is nothing wrong with %s;%s are equal to us;I would be honoured to meet %s;the bravery of %s moves me;everyone should have friends among %s;%s contribute so much;%s deserve a seat at the table;
I adore %s;be kind to %s;%s are valued members of our church;give %s a chance;I want my children to grow up with %s;%s are the backbone of our hospital;welcome, %s!;%s are lovely'''.replace('\n', '').split(';')

NEUTRAL += '''do you know any %s?;some %s came to the meeting;the quota for %s was discussed;%s and their families received letters;this clinic treats %s;I saw a documentary on %s;statistics on %s and employment;a poem written by %s;%s were interviewed on the radio;the word for %s in Latin;
the school has many %s;most of the guests were %s;how are %s portrayed in film?;what challenges do %s face?;the church invited %s for lunch;%s in Brazil and in Portugal;are %s allowed to serve in the army?;when did %s get the right to vote?;the majority of %s live in cities;%s, students and teachers met'''.replace('\n', '').split(';')

SUPPORT += '''violence against %s is a crime;I grew up hearing insults because we are %s;why do people hate %s? It makes me so sad;we must stop the abuse of %s;%s are still being killed for who they are, that is terrible;hate crimes against %s are on the rise;my family are %s and we were spat at;
the persecution of %s must be remembered;it hurts when people mock %s;let's fight prejudice against %s;%s are often treated unfairly by the police;stereotypes about %s are harmful;the law should protect %s from hate;I cried when I read how %s suffered;no one should mock %s;
anyone who attacks %s attacks all of us;help %s find shelter;they fired him for insulting %s, good;why are %s so often the victims?;donate to an organisation for %s'''.replace('\n', '').split(';')

NEG_DIRECT += '''I don't despise %s;I can't hate %s, they did nothing;no, %s are not dangerous;%s are not inferior to anyone;%s are not a burden;it isn't right to insult %s;%s never were the enemy;there's nothing disgusting about %s;%s don't ruin anything;I will never accept violence against %s;
we don't want to get rid of %s;%s aren't scum, they are people;nobody is going to hurt %s here;%s do not steal more than others;%s are not liars;%s aren't dirty;stop hating %s;don't you dare to call %s animals;I do not wish %s any harm;it's not OK to beat up %s;%s shouldn't have to die for this;
not all %s are the same;%s are not freaks;you can't just lock up %s;%s are no threat;I don't think %s are stupid;I have never disliked %s;we should not treat %s like garbage;%s are not worthless;nobody here detests %s'''.replace('\n', '').split(';')

NEG_POS += '''no one should be kind to %s;%s are not lovely, they are a pest;I'd never trust %s;%s don't make anything better;we aren't lucky to have %s, we are cursed;nobody respects %s and rightly so;%s aren't people;don't give %s a chance;%s can't be good parents;there's no place for %s here;
I refuse to share a room with %s;%s don't deserve love;you can't reason with %s;%s will never belong here'''.replace('\n', '').split(';')

THREAT += '''I want to stab %s;%s better watch their backs, we are coming;let's throw stones at %s;one day we will hunt %s down;%s should be enslaved again;I will make %s pay with blood;beat %s until they leave;set %s on fire;someone needs to teach %s a lesson with a bat;
%s should be shot at the border;let %s drown;break the bones of %s;I'm going to spit on %s;wipe %s off the map;time to hurt %s'''.replace('\n', '').split(';')

OPINION += '''I'm convinced %s are a lower species;it has to be said: %s are awful;%s are simply bad people, that's my view;my honest take: %s should be kept apart from us;I maintain that %s are a mistake of nature;as I see it, %s contribute nothing but trouble;sorry but %s are gross;
we all know what %s are like: greedy;I don't care what they say, %s are ruining us;%s are overrated and should shut up;studies or not, %s are dumber'''.replace('\n', '').split(';')

PROFANITY += '''what a fucking goal;shit happens;I'm fucking starving;this coffee is shit;fuck, I missed the bus;my fucking keys are gone again;who the fuck put salt in the sugar?;oh fuck, it's Monday;that party was the shit;damn it, another flat tyre;fucking hell, that's expensive;
ass-kicking workout today;I'm in deep shit with this deadline;no fucking way, you got the job!;you're fucking awesome;that was some crazy shit;holy crap, a rainbow;get the fuck out, really?;I couldn't give a fuck about golf;Jesus fucking Christ, what a noise;the weather is fucked up;
bloody hell, my back hurts;my computer just shat itself;that's a shitload of snow;we had a fucking blast;piss-poor Wi-Fi in this hotel;damn good pie;so damn proud;I was scared shitless on that ride;what the hell is this song? I love it;fuck cancer;fuck yes to pizza'''.replace('\n', '').split(';')

RECLAIMED += '''I'm a proud slut and I do what I like;my queers and I have brunch;call me a bitch, I'm a boss bitch;as a fat bitch I love this dress;queer joy is everywhere tonight;two dykes and a dog, that's our family;hoes before bros, my girls;I am that bitch and I love it;
I'm such a gay mess, haha;us cripples have the best parking;I'm mad and proud, says our survivors' group;love you, bitch, happy birthday'''.replace('\n', '').split(';')

COUNTER += '''to say "{h}" hurts real people;"{h}"? No. That is wrong and you know it.;I can't believe someone tweeted "{h}";my classmate was suspended because he said "{h}";they painted "{h}" on my door and I called the police;her father always says "{h}", and she is ashamed of him;claims such as "{h}" are false;
the judge called the slogan "{h}" incitement;why would you ever say "{h}"? Apologise.;we do not tolerate "{h}" in this group;it makes me sad when people think {h};"{h}" is racist nonsense;I disagree with everyone who believes {h};never repeat "{h}" again, it is cruel;
if I hear "{h}" once more I will report it;the report quotes a message: "{h}"'''.replace('\n', '').split(';')

NEGATED += '''it's simply false that {h};nobody can seriously claim that {h};I reject the claim that {h};he proved wrong those who say {h};who told you that {h}? That's not true;it has never been true that {h};I can't agree that {h};I'd be ashamed to say that {h};you won't hear me say that {h}'''.replace('\n', '').split(';')
