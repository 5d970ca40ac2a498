"""Harmless prose that the default model writes: the asks (python written.py asks > asks.jsonl, then ./heed sample), and what came back as rows.

Subjects that a filter is tempted to flag (war, crime, illness, faith, love) in forms that are harmless: reports, letters, stories, encyclopaedia entries and the talk about them.
"""

import gzip
import json
import os
import random
import re
import sys

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'written.jsonl.gz')
FORMS = """Write a news report about {}.;Write an entry of an encyclopaedia about {}.;Write a letter to a newspaper that complains about {}.;Write a diary entry of somebody who thinks about {}.;Write the first page of a novel about {}.;Summarise the plot of an imaginary film about {}.;
Write a review of a book about {}.;Write a speech at a town meeting about {}.;Write an e-mail to a colleague about {}.;Explain to a student what is known about {}.;Write a dialogue between two friends who disagree about {}.;Write a forum post that asks others about {}.;
Write a long comment of an editor who disagrees with another editor over an article about {}.;Write the minutes of a meeting about {}.;Tell an anecdote of your grandfather about {}.;Write a blog post about {} in the first person.;Write the opening of a lecture about {}.;
Write an angry but polite complaint to a company about {}.;Describe a museum room about {}.;Write a message to your sister about {}.;Write a short story about {} with a sad end.;Write advice for parents about {}.;Write a court reporter's summary of a case about {}.;Write an interview with an expert on {}.""".replace('\n', '').split(';')
SUBJECTS = """a war that ended long ago;the siege of a medieval town;a bank robbery in the 1930s;a murder trial;a hospital that ran out of beds;cancer treatment;a drug against malaria;the history of opium;the trade in slaves;segregation in schools;a strike of miners;an election that was close;a scandal in a parliament;
a new mosque in a small town;a synagogue's anniversary;a church choir;a Hindu wedding;the rights of gay couples;a trans woman's first job;immigrants who open a restaurant;refugees in a sports hall;a Roma musician;racism in football;women in the army;a strict father;a divorce;a first kiss;a love affair that went wrong;
breastfeeding;puberty;a visit to the gynaecologist;old people and love;a nude painting;a bar fight;a drunk uncle;a boxing match;hunting deer;a slaughterhouse;a butcher's apprenticeship;fighting rats in a harbour;a poisonous snake;a house on fire;a car crash;a plane that vanished;an earthquake;a famine;a shipwreck;
a prison library;a thief who returned his loot;a police dog;an undercover journalist;a hacker contest;a computer virus;a leaked password;a broken lock;a fraud in a company;an unfair boss;a rude waiter;a bad landlord;a late parcel;a noisy neighbour;a lost dog;a funeral;grief for a friend;a lonely winter;sleepless nights;
exam stress;a therapist's day;a suicide prevention line;a soldier who came home;a nurse in a night shift;vaccines;smoking;whisky;a vineyard;a poker night;a stock crash;taxes;gun laws;the death penalty in history;a revolution;a king who was beheaded;witch trials;pirates;Vikings;gladiators;dinosaurs;zombies in films;vampires in books;
a horror game;chess;a school play;a bullied boy who found friends;an insult that was forgiven;a heated argument about sources;vandalism on a web page;a blocked user account;a style guide;deleted paragraphs;a copyright question;a merger of two articles;a misquoted politician;a rumour;a conspiracy theory and why it is wrong;
climate protests;nuclear waste;a dam;bees;whales;a zoo;a kitchen knife;fireworks;a chemistry lesson;a mine;a quarry blast;a bridge;a train robbery film;a detective;a spy;a treasure;a cave;a marathon;a cold sea;a night bus;a power cut;a kidney donor;a blind runner;a deaf poet;a wheelchair ramp;a village of the Inuit;
a market in Lagos;a train in India;a Chinese grandmother;a Mexican bakery;a Polish plumber;a Muslim doctor;a Jewish comedian;an atheist's speech;a nun;a feminist magazine;a football hooligan who changed;a teenage band;heavy metal;rap lyrics;swear words in old plays;bad language in class""".replace('\n', '').split(';')
PROFANE = re.compile(r'\b(fuck|shit|cunt|nigg|fagg|bitch|slut|whore|porn|cock|pussy|kill myself|rape)', re.I)
CALM = ['toxicity', 'hate', 'abuse_of_bot', 'harm_request', 'injection', 'harassment', 'sexual', 'self_harm']


def asks(seed=0):
    rnd = random.Random(seed)
    for i, subject in enumerate(SUBJECTS):
        for n, form in enumerate(rnd.sample(FORMS, 10)):
            yield {'id': '%d.%d' % (i, n), 'text': form.format(subject)}


def written(seed=0):
    """Rows (context, text, labels, source, role, held): every sixth subject is held out."""
    rnd = random.Random(seed)
    rows = []
    for line in gzip.open(FILE, 'rt'):
        r = json.loads(line)
        text = re.sub(r'\s+', ' ', r['text']).strip()
        if len(text) < 80 or PROFANE.search(text):
            continue
        rows.append(('', text, {h: 0 for h in CALM}, 'tpl_written', rnd.choice(['user', 'user', 'bot']), int(r['id'].split('.')[0]) % 6 == 5))
    return rows


if __name__ == '__main__' and sys.argv[1:] == ['asks']:
    for ask in asks():
        print(json.dumps(ask))
