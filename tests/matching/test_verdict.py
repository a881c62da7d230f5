"""Match, hold, redirect: with the words that caused it."""

import pytest

from matching import Need
from matching.reading import read
from matching.types import ThesaurusError
from matching.verdict import Judge

from .conftest import TODAY


@pytest.mark.parametrize(
    ("text", "sector", "verdict", "code"),
    [
        ("Nos pompes tombent en panne sans prévenir.", "energy-utilities", "match", ""),
        ("Unsere Schweißnähte reißen und wir finden die Ursache nicht.", "mechanical", "match", ""),
        ("Nous vendons des meubles et les stocks débordent.", "retail", "match", ""),
        ("We sell bread in ten shops and throw a third of it away.", "food", "match", ""),
        ("Prévoir la durée de séjour de nos patients.", "health-care", "hold", "health-data"),
        ("We want to rank candidates automatically.", "retail", "hold", "recruiting"),
        (
            "Wir wollen die Leistung der Mitarbeiter per Kamera messen.",
            "logistics-transport",
            "hold",
            "worker-monitoring",
        ),
        ("Detect the emotions of employees during calls.", "retail", "redirect", "prohibited-practice"),
        ("Je cherche un stage de master en IA, voici mon CV.", "other", "redirect", "candidate"),
        ("Wir verkaufen eine KI-Lösung und suchen Kunden.", "digital", "redirect", "vendor"),
        ("Notre imprimante est en panne et le wifi coupe sans arrêt.", "other", "redirect", "plain-it"),
        ("???", "", "redirect", "not-an-irritant"),
    ],
)
def test_verdict(engine, text, sector, verdict, code):
    ranking = engine.rank(Need(text, sector=sector, today=TODAY))
    assert ranking.verdict == verdict
    assert ([reason.code for reason in ranking.verdict_reasons] == []) == (verdict == "match")
    if code:
        reason = next(reason for reason in ranking.verdict_reasons if reason.code == code)
        assert all(text[passage.start : passage.end] for passage in reason.passages)


# (code expected, "" for a match; sector; text). The matches are near-misses: each holds a word of some rule.
TABLE = [
    # Health
    (
        "health-data",
        "health-care",
        "Retrouver dans nos comptes rendus les malades jamais revenus au contrôle.",
    ),
    (
        "health-data",
        "health-care",
        "Service des urgences : nous aimerions prédire quels patients seront réadmis.",
    ),
    ("health-data", "digital", "Nous voulons entraîner un modèle sur 40 000 dossiers médicaux d'un hôpital."),
    (
        "health-data",
        "health-care",
        "Unsere Ärzte diktieren Befunde, die Briefe liegen neun Tage im Sekretariat.",
    ),
    ("health-data", "health-care", "Wir möchten eine Sepsis auf der Intensivstation früher erkennen."),
    ("health-data", "health-care", "Radiologists read 300 chest X-rays a day and miss small nodules."),
    (
        "health-data",
        "pharma-medtech",
        "Patient records from three hospitals should tell us who responds to treatment.",
    ),
    ("", "health-care", "Nos ascenseurs et la blanchisserie de l'hôpital tombent en panne, le linge manque."),
    ("", "health-care", "Krankenhausküche: 400 Essen am Tag, ein Viertel kommt unberührt zurück."),
    ("", "health-care", "Our hospital's sterilisation trays get lost and operating rooms wait for them."),
    ("", "health-care", "Chauffage de la clinique : la facture de gaz a doublé et rien n'est piloté."),
    (
        "",
        "agriculture-vine",
        "Détecter plus tôt les vaches malades, le vétérinaire fait son diagnostic trop tard.",
    ),
    ("", "mechanical", "Diagnostic de pannes sur nos presses, sans données patients ni rien de personnel."),
    (
        "",
        "digital",
        "Patience is running out: our diagnosis of server faults takes hours, and no patient data is involved.",
    ),
    (
        "",
        "logistics-transport",
        "Krankentransporte und Schulbusse: jeden Morgen plant meine Schwester die Touren neu.",
    ),
    # Secrecy, staying at home, borders
    ("client-secrecy", "legal", "Nous voulons fouiller nos 30 ans de dossiers clients au cabinet d'avocats."),
    (
        "client-secrecy",
        "legal",
        "Kanzlei mit acht Anwälten: Schriftsätze aus alten Mandantenakten wiederfinden.",
    ),
    (
        "client-secrecy",
        "legal",
        "Our law firm wants to search the contracts of past clients without leaking them.",
    ),
    (
        "client-secrecy",
        "mechanical",
        "Les plans appartiennent au donneur d'ordre, nous avons signé un accord de confidentialité.",
    ),
    (
        "client-secrecy",
        "chemicals",
        "Rezepturen unserer Kunden sind geheim, trotzdem wollen wir daraus lernen.",
    ),
    (
        "on-premises",
        "aerospace",
        "Ultrasound images may never leave the building, everything must run on our own servers.",
    ),
    (
        "on-premises",
        "electronics",
        "Keine Daten dürfen nach außen, Cloud ist uns verboten, alles muss im Haus bleiben.",
    ),
    (
        "cross-border-data",
        "finance-insurance",
        "Notre maison mère américaine veut héberger les données de nos clients aux États-Unis.",
    ),
    (
        "cross-border-data",
        "hr-training",
        "Personal data of our German staff would be sent to the parent company in India.",
    ),
    ("", "legal", "Wir brauchen eine Schulung: was verlangt die KI-Verordnung von einer kleinen Firma?"),
    ("", "finance-insurance", "Cabinet comptable, on ressaisit des factures froissées toute la journée."),
    ("", "retail", "Nos clients renvoient la moitié des chaussures et personne ne lit leurs avis."),
    (
        "",
        "mechanical",
        "Nos devis partent trop tard : les plans des clients arrivent en PDF et on chiffre à la main.",
    ),
    ("", "construction", "Unsere Kunden schicken Pläne als Scan, wir messen die Mengen von Hand aus."),
    ("", "logistics-transport", "Cross-border freight: customs papers in four languages, typed by hand."),
    (
        "",
        "logistics-transport",
        "Les pièces ne quittent pas le site à l'heure, les camions attendent au quai.",
    ),
    (
        "",
        "electronics",
        "Das Modell muss auf dem Sensor laufen, nur 256 kB Speicher, keine Verbindung nach außen.",
    ),
    ("", "energy-utilities", "Heat must not leave the building: where does our insulation fail?"),
    # People at work
    (
        "worker-monitoring",
        "logistics-transport",
        "Suivre par GPS les pauses de nos chauffeurs et leur temps réel de conduite.",
    ),
    ("worker-monitoring", "construction", "Caméras sur le chantier pour signaler les ouvriers sans casque."),
    ("worker-monitoring", "mechanical", "Avec les données de badgeage, voir quelles équipes traînent."),
    ("worker-monitoring", "hr-training", "Trop d'arrêts maladie : prévoir quels salariés vont s'absenter."),
    (
        "worker-monitoring",
        "mechanical",
        "Kameras an den Arbeitsplätzen sollen zeigen, welcher Mitarbeiter Fehler macht.",
    ),
    (
        "worker-monitoring",
        "retail",
        "Wir wollen die Telefonate der Agenten aufzeichnen und jeden Mitarbeiter bewerten.",
    ),
    ("worker-monitoring", "food", "Film the operators on the line to measure who works slowly."),
    ("worker-monitoring", "rail", "A camera in the cab should detect when drivers get drowsy."),
    ("worker-monitoring", "digital", "Score each call-centre agent from recordings of their calls."),
    (
        "worker-monitoring",
        "mechanical",
        "Mesurer avec des capteurs portés les gestes et la fatigue des opérateurs au poste.",
    ),
    (
        "",
        "logistics-transport",
        "Nos préparateurs marchent 17 km par jour, il faudrait mieux ranger l'entrepôt.",
    ),
    (
        "",
        "mechanical",
        "Nos opérateurs contrôlent chaque pièce à l'œil, une caméra devrait trouver les rayures.",
    ),
    ("", "mechanical", "Le meilleur régleur part à la retraite, son savoir n'est écrit nulle part."),
    ("", "food", "Die Mitarbeiter wollen das neue Programm nicht benutzen, wie nehmen wir sie mit?"),
    ("", "plastics", "Der Fahrer der Extrusionsanlage überwacht 14 Linien und merkt Verschleiß zu spät."),
    ("", "health-care", "Faire les plannings des soignants prend deux jours par mois à la cadre."),
    ("", "rail", "Camera on the track car: find missing bolts and rotten sleepers in our films."),
    ("", "logistics-transport", "Drivers lose an hour queueing at the gate, plan the slots better."),
    ("", "foundry-metals", "La fatigue du métal fissure nos outils, nous aimerions la prévoir."),
    ("", "automotive", "Employees should learn what AI can do; a course for 40 team leaders."),
    # Recruiting
    (
        "recruiting",
        "hr-training",
        "Agence d'intérim : 900 CV par semaine à lire pour proposer les bons profils.",
    ),
    (
        "recruiting",
        "public-sector",
        "Wir bekommen 400 Bewerbungen und wollen die besten automatisch herausfiltern.",
    ),
    ("recruiting", "retail", "Every season 2,000 applicants: which ones should we interview first?"),
    ("recruiting", "hr-training", "Classer les candidats d'après leur entretien vidéo."),
    (
        "recruiting",
        "finance-insurance",
        "Wer von den internen Mitarbeitern soll befördert werden? Ein Ranking wäre gut.",
    ),
    (
        "",
        "mechanical",
        "On ne trouve plus de soudeurs, alors il faut automatiser le soudage des petites séries.",
    ),
    (
        "",
        "construction",
        "Niemand bewirbt sich mehr bei uns, also muss der Rest der Mannschaft entlastet werden.",
    ),
    ("", "chemicals", "Trop de molécules candidates : laquelle tester en premier ?"),
    ("", "digital", "Applications crash at night and we want to find the log line that explains it."),
    # Biometrics and emotions
    ("biometric-or-emotion", "retail", "Reconnaître nos clients fidèles à leur visage dès l'entrée."),
    (
        "biometric-or-emotion",
        "construction",
        "Zutritt zur Baustelle nur noch mit Gesichtserkennung oder Fingerabdruck.",
    ),
    ("biometric-or-emotion", "tourism", "Guess the mood of our visitors from their faces at the exit."),
    (
        "biometric-or-emotion",
        "finance-insurance",
        "Identifier nos clients au téléphone par leur voix, une biométrie vocale.",
    ),
    ("", "agriculture-vine", "Reconnaître chaque vache à sa tête sans boucle."),
    ("", "energy-utilities", "Calculer notre empreinte carbone prend trois semaines."),
    ("", "chemicals", "A spectral fingerprint of each solvent lot, to catch drifts."),
    (
        "",
        "media-culture",
        "Les voix de nos anciennes bandes sont inaudibles, retrouver qui raconte quoi prend un jour.",
    ),
    ("", "textile", "Die Stimmung im Betrieb ist schlecht, weil die Färberei dauernd nacharbeiten muss."),
    # Vulnerable people, profiling, high risk
    ("vulnerable-people", "public-sector", "Repérer plus tôt les enfants en danger dans les signalements."),
    ("vulnerable-people", "health-care", "Pflegeheim: Stürze der Bewohner in der Nacht erkennen."),
    ("vulnerable-people", "hr-training", "Predict which pupils will drop out before Christmas."),
    ("vulnerable-people", "public-sector", "Détecter les familles qui vont tomber dans le surendettement."),
    (
        "personal-profiling",
        "public-sector",
        "Bailleur social : prévoir quels locataires ne paieront pas leur loyer.",
    ),
    (
        "personal-profiling",
        "finance-insurance",
        "Welche Versicherten betrügen? Wir wollen verdächtige Schäden je Kunde bewerten.",
    ),
    (
        "personal-profiling",
        "retail",
        "Build a profile of every customer from cards, visits and social networks.",
    ),
    (
        "high-risk-ai",
        "finance-insurance",
        "Décider plus vite d'un crédit aux artisans à partir de leurs comptes.",
    ),
    ("high-risk-ai", "hr-training", "Les copies d'examen de 3 000 étudiants à noter automatiquement."),
    ("high-risk-ai", "public-sector", "Kitaplätze gerecht und automatisch vergeben."),
    (
        "high-risk-ai",
        "finance-insurance",
        "Price health insurance contracts for each insured person with a model.",
    ),
    ("high-risk-ai", "public-sector", "Trier les demandes d'asile et de titre de séjour par priorité."),
    ("high-risk-ai", "hr-training", "Detect cheating of students during online exams."),
    ("", "food", "Cantine des écoles : on jette 30 % des repas des enfants."),
    (
        "",
        "hr-training",
        "Nos élèves rendent des devoirs écrits par une machine, les enseignants veulent une règle commune.",
    ),
    ("", "construction", "Prévoir quels ponts vont se fissurer et noter leur état."),
    ("", "public-sector", "Bürger schreiben uns in vier Sprachen, wir leiten die Briefe tagelang weiter."),
    ("", "retail", "Score our suppliers: late deliveries and bad lots come as a surprise."),
    ("", "finance-insurance", "Crédit d'impôt recherche : remplir le dossier nous prend un mois."),
    ("", "tourism", "Predict how many guests will cancel when there is no snow."),
    ("", "media-culture", "Kinder im Museum stellen Fragen, unser Audioguide antwortet immer dasselbe."),
    ("", "construction", "Residents complain about noise of the building site; where does it come from?"),
    # Regulated, defence, studies
    (
        "regulated-sector",
        "finance-insurance",
        "Alertes anti-blanchiment : 95 % de faux positifs et l'ACPR demande des comptes.",
    ),
    (
        "regulated-sector",
        "finance-insurance",
        "Die BaFin verlangt, dass wir jede Entscheidung des Modells erklären.",
    ),
    (
        "regulated-product",
        "pharma-medtech",
        "Notre logiciel de dispositif médical doit obtenir le marquage CE.",
    ),
    (
        "regulated-product",
        "pharma-medtech",
        "GMP-Produktion: jede Abweichung muss dokumentiert und das System validiert werden.",
    ),
    ("regulated-product", "pharma-medtech", "FDA clearance for software that guides the surgeon."),
    ("defence", "aerospace", "Pièces pour un missilier, le ministère des Armées doit habiliter les gens."),
    ("defence", "electronics", "Zulieferer der Bundeswehr, Wärmebilder von Fahrzeugen auswerten."),
    ("defence", "mechanical", "We machine parts for armoured vehicles under export control."),
    (
        "ethics-approval",
        "health-care",
        "Étude avec des volontaires, il nous faudra l'avis du comité de protection des personnes.",
    ),
    ("ethics-approval", "food", "Taste tests with human subjects, does our ethics committee have to agree?"),
    (
        "",
        "media-culture",
        "Archives de la guerre : lettres de soldats et cartes militaires de 1916 à déchiffrer.",
    ),
    ("", "plastics", "Une nouvelle norme nous interdit ce plastifiant, quoi mettre à la place ?"),
    (
        "",
        "mechanical",
        "Maschinenverordnung und CE-Kennzeichnung unserer Pressen: was ändert sich mit lernender Steuerung?",
    ),
    ("", "food", "Acrylamide rules get tighter and our oven is tuned by eye."),
    ("", "agriculture-vine", "Défense des cultures contre le mildiou : traiter moins et au bon moment."),
    # Prohibited
    (
        "prohibited-practice",
        "retail",
        "Savoir si nos vendeuses sourient et sont de bonne humeur, pour la prime.",
    ),
    (
        "prohibited-practice",
        "hr-training",
        "An den Gesichtern erkennen, welche Schüler im Unterricht gelangweilt sind.",
    ),
    ("prohibited-practice", "digital", "Tell from the voice whether our call agents are stressed or angry."),
    (
        "prohibited-practice",
        "public-sector",
        "Donner à chaque habitant une note de civisme pour l'accès aux services.",
    ),
    ("prohibited-practice", "digital", "Scrape faces from social networks to build a recognition database."),
    (
        "prohibited-practice",
        "public-sector",
        "Vorhersagen, welche Personen im Viertel eine Straftat begehen werden.",
    ),
    (
        "prohibited-practice",
        "retail",
        "Unbemerkt die Schwächen älterer Kunden ausnutzen, damit sie mehr kaufen.",
    ),
    ("", "retail", "Avis des clients : comprendre ce qui les rend mécontents et répondre plus vite."),
    ("", "electronics", "Stress tests of our boards take weeks, mechanical stress cracks the solder."),
    # Vendors, candidates
    (
        "vendor",
        "digital",
        "Start-up messine, nous commercialisons un logiciel de vision et cherchons des industriels pilotes.",
    ),
    ("vendor", "digital", "Cabinet de conseil en IA, nous souhaitons rejoindre votre liste de prestataires."),
    ("vendor", "digital", "Wir sind ein KI-Startup und würden Ihren Mitgliedern gern unser Produkt zeigen."),
    ("vendor", "other", "As a data consultancy we offer our services to companies in your network."),
    ("vendor", "digital", "Our award-winning platform cuts downtime by 30 %. Can we book a demo next week?"),
    ("candidate", "other", "Étudiante en école d'ingénieurs, je suis à la recherche d'un stage de six mois."),
    (
        "candidate",
        "other",
        "Ich bin Informatiker und suche eine Doktorandenstelle im Bereich Bildverarbeitung.",
    ),
    ("candidate", "other", "I recently finished my master and would like to apply for a data scientist job."),
    ("candidate", "other", "Demandeur d'emploi depuis mars, je cherche à me faire embaucher dans la data."),
    (
        "",
        "digital",
        "Éditeur de logiciels agricoles, notre détecteur de boiteries se trompe en hiver, comment le fiabiliser ?",
    ),
    ("", "mechanical", "Wir verkaufen Pressen in 40 Länder und übersetzen jedes Handbuch von Hand."),
    ("", "retail", "We sell hiking boots online and want fewer returns."),
    ("", "automotive", "Nous cherchons une alternante ou un doctorant pour modéliser l'usure de nos freins."),
    ("", "energy-utilities", "Wir suchen eine Doktorandin oder einen Praktikanten für Lastprognosen."),
    ("", "chemicals", "Looking for a PhD student to work with us on catalyst data."),
    # Plain IT, no irritant
    ("plain-it", "other", "Windows ne démarre plus sur trois postes et la sauvegarde ne marche pas."),
    ("plain-it", "retail", "Il nous faut un nouveau site internet et une boutique en ligne."),
    ("plain-it", "construction", "Unsere Telefonanlage ist alt, das WLAN im Büro bricht ständig ab."),
    ("plain-it", "other", "We need cheaper Microsoft Office licences for twelve people."),
    ("plain-it", "food", "Our ERP takes ages to open and the server crashes every Monday."),
    ("not-an-irritant", "other", "Bonjour, ceci est un test, merci de ne pas tenir compte de ce message."),
    ("not-an-irritant", "other", "Wir laden Sie herzlich zu unserem Sommerfest am 12. Juni ein."),
    ("not-an-irritant", "other", "Please unsubscribe me from your newsletter."),
    ("not-an-irritant", "other", "https://www.example.org/article-intelligence"),
    (
        "not-an-irritant",
        "other",
        "Je suis en terminale et je prépare un exposé sur l'IA, pouvez-vous répondre à mes questions ?",
    ),
    (
        "not-an-irritant",
        "other",
        "Vous êtes tous des incapables, votre intelligence artificielle c'est du vent.",
    ),
    (
        "",
        "digital",
        "Notre vieil outil en COBOL n'est plus compris par personne, il faut le documenter avant de le réécrire.",
    ),
    ("", "mechanical", "Drei Millionen Zeilen aus dem ERP und keiner macht daraus eine Prognose."),
    ("", "energy-utilities", "Our server room eats 40 % of the electricity of the site; cool it better."),
    ("", "wood-paper", "L'imprimante 3D bois fait des pièces qui gauchissent."),
    ("", "mechanical", "Die Maschine stürzt ab, weil das Werkzeug verschleißt und niemand es misst."),
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.mark.parametrize(("code", "sector", "text"), TABLE)
def test_table(engine, judge, code, sector, text):
    need = Need(text, sector=sector, today=TODAY)
    assessment = judge.assess(need, read(need, engine.recogniser))
    codes = [reason.code for reason in assessment.reasons]
    if not code:
        assert (assessment.verdict, codes) == ("match", [])
        return
    assert code in codes
    assert assessment.verdict == ("redirect" if code in REDIRECTS else "hold")


REDIRECTS = {"prohibited-practice", "vendor", "candidate", "plain-it", "not-an-irritant"}
