# ruff: noqa: E501  (texts as people write them)
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


REDIRECTS = {"prohibited-practice", "vendor", "candidate", "plain-it", "not-an-irritant"}

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
    # Longer and less direct
    (
        "worker-monitoring",
        "logistics-transport",
        "Nos livreurs mettent entre 4 et 11 minutes par arrêt. Le patron veut un tableau par livreur chaque soir, j'ai peur que ça se passe mal.",
    ),
    (
        "worker-monitoring",
        "food",
        "Wir würden gern sehen, wer am Band wie schnell packt. Der Betriebsrat ist noch nicht gefragt.",
    ),
    (
        "worker-monitoring",
        "digital",
        "Half the team works from home and I cannot tell who actually works. Software that counts clicks exists, is that legal?",
    ),
    (
        "worker-monitoring",
        "mechanical",
        "On a 14 % d'absents le lundi. J'aimerais savoir d'avance qui ne viendra pas, avec l'historique RH.",
    ),
    (
        "worker-monitoring",
        "construction",
        "Montres connectées pour nos gars en hauteur : rythme cardiaque, chute, position.",
    ),
    (
        "worker-monitoring",
        "health-care",
        "Die Pflegedienstleitung möchte messen, wie lange jede Schwester im Zimmer bleibt.",
    ),
    (
        "recruiting",
        "logistics-transport",
        "On reçoit 300 CV pour 20 postes de caristes à chaque saison, ma collègue en lit un sur trois.",
    ),
    (
        "recruiting",
        "hr-training",
        "Wir vermitteln Zeitarbeiter und suchen zu jedem Auftrag die passenden Leute aus 8.000 Lebensläufen.",
    ),
    (
        "recruiting",
        "finance-insurance",
        "HR drowns in applications, 2,500 for 30 traineeships. Someone proposed video interviews scored by a machine.",
    ),
    (
        "biometric-or-emotion",
        "tourism",
        "Unser Freizeitpark will Jahreskarten durch das Gesicht am Eingang ersetzen.",
    ),
    (
        "biometric-or-emotion",
        "finance-insurance",
        "Fraudsters clone voices and phone our helpdesk. Could we recognise the true customer by voice?",
    ),
    (
        "biometric-or-emotion",
        "retail",
        "Une caméra en rayon dirait si les clients sont contents ou agacés devant l'étagère.",
    ),
    (
        "vulnerable-people",
        "public-sector",
        "CCAS d'une ville de 30 000 habitants : 400 personnes âgées seules, on voudrait savoir qui appeler en premier pendant la canicule.",
    ),
    (
        "vulnerable-people",
        "public-sector",
        "Jugendamt: 1.200 Meldungen im Jahr, wir müssten die dringenden früher sehen.",
    ),
    (
        "vulnerable-people",
        "hr-training",
        "Mission locale : 900 jeunes par an, un tiers disparaît avant le deuxième rendez-vous. Repérer lesquels.",
    ),
    (
        "vulnerable-people",
        "public-sector",
        "Food bank. We would like to know which families are about to fall through the net, from the visits register.",
    ),
    (
        "personal-profiling",
        "energy-utilities",
        "Wir wollen erkennen, welche Haushalte ihre Rechnung nicht zahlen werden, bevor wir den Strom sperren.",
    ),
    (
        "personal-profiling",
        "finance-insurance",
        "Courtier auto : certains constats se ressemblent, on soupçonne une filière, comment le voir sans accuser à tort ?",
    ),
    (
        "high-risk-ai",
        "finance-insurance",
        "Genossenschaftsbank: Kreditanträge von Handwerkern dauern drei Wochen, eine Maschine soll vorentscheiden.",
    ),
    (
        "high-risk-ai",
        "hr-training",
        "650 Klausuren pro Semester, drei Assistenten. Kann eine KI vorkorrigieren und Punkte vergeben?",
    ),
    (
        "high-risk-ai",
        "public-sector",
        "The prefecture has 9,000 residence permit files waiting, which ones are simple enough to grant at once?",
    ),
    (
        "high-risk-ai",
        "public-sector",
        "Police municipale : 300 caméras, repérer automatiquement les individus suspects sur les images.",
    ),
    (
        "high-risk-ai",
        "finance-insurance",
        "Complémentaire santé : affiner nos tarifs selon le risque de chaque assuré.",
    ),
    (
        "health-data",
        "health-care",
        "Maternité : lire le monitoring du cœur du bébé, la nuit il y a une sage-femme pour six salles.",
    ),
    (
        "health-data",
        "health-care",
        "Our physiotherapy practice films knees; could software count the angle for each person and compare over weeks?",
    ),
    (
        "health-data",
        "health-care",
        "Unsere Pathologie hat 200.000 Schnitte eingescannt. Kann die Maschine Krebs vorsortieren?",
    ),
    (
        "health-data",
        "finance-insurance",
        "Arbeitsunfähigkeitsbescheinigungen kommen als Foto, wir tippen die Diagnosen ab.",
    ),
    (
        "health-data",
        "digital",
        "We get voice recordings of people with Parkinson from a hospital and would like to follow their decline.",
    ),
    (
        "client-secrecy",
        "legal",
        "Cabinet d'expertise judiciaire, 2 000 rapports confidentiels que personne ne retrouve.",
    ),
    (
        "client-secrecy",
        "legal",
        "Patentanwälte: Stand der Technik suchen dauert Tage, die Erfindung darf vorher niemand sehen.",
    ),
    (
        "client-secrecy",
        "finance-insurance",
        "Wealth manager with 300 families. Writing the quarterly letters takes a fortnight, their names must never reach a public chatbot.",
    ),
    (
        "client-secrecy",
        "plastics",
        "Wir spritzen Teile für zwei Konkurrenten. Die Zeichnungen des einen darf der andere nicht sehen, Geheimhaltung ist unterschrieben.",
    ),
    (
        "on-premises",
        "mechanical",
        "Notre client nous interdit d'envoyer la moindre donnée dehors, il faudrait que l'outil tourne sur notre propre serveur.",
    ),
    (
        "cross-border-data",
        "automotive",
        "HQ in Detroit wants the quality pictures with names of our workers stored on their servers in the US.",
    ),
    (
        "cross-border-data",
        "health-care",
        "Klinikverbund diesseits und jenseits der Grenze: dürfen wir Röntgenbilder nach Frankreich geben?",
    ),
    (
        "regulated-sector",
        "energy-utilities",
        "Sous-traitant en centrale nucléaire, chaque procédure fait 80 pages et l'ASN relit tout.",
    ),
    (
        "regulated-sector",
        "finance-insurance",
        "Kleine Sparkasse. Verdachtsmeldungen zur Geldwäsche kosten drei Leute, die Prüfer wollen Begründungen.",
    ),
    (
        "regulated-product",
        "pharma-medtech",
        "We make hearing aids that learn from the wearer. After each update, do we need to be certified again?",
    ),
    (
        "regulated-product",
        "pharma-medtech",
        "Site de poches de perfusion, chaque lot demande 60 pages relues par le pharmacien responsable, BPF obligent.",
    ),
    (
        "defence",
        "mechanical",
        "Wir drehen Gehäuse für Munition, das Prüfprotokoll darf nicht fotografiert werden.",
    ),
    ("defence", "electronics", "Radars for the navy: boards tested by hand, engineers need clearance."),
    (
        "defence",
        "textile",
        "Tissus de camouflage pour l'armée, la nuance infrarouge varie d'un lot à l'autre.",
    ),
    (
        "ethics-approval",
        "automotive",
        "Fahrsimulator mit 60 Probanden geplant, wir möchten Blick und Puls messen.",
    ),
    (
        "prohibited-practice",
        "retail",
        "On voudrait que la caméra nous dise quelles vendeuses font la tête devant les clients.",
    ),
    (
        "prohibited-practice",
        "logistics-transport",
        "Unser Headset soll am Tonfall merken, ob die Disponenten gereizt sind, und es dem Chef melden. Es geht um unsere Mitarbeiter.",
    ),
    (
        "prohibited-practice",
        "public-sector",
        "Points for good behaviour of each resident, fewer points means slower service.",
    ),
    (
        "prohibited-practice",
        "public-sector",
        "Reconnaître dans la rue, par leur visage, les gens connus de la police municipale.",
    ),
    (
        "prohibited-practice",
        "hr-training",
        "A wristband and a webcam show which students are bored; teachers get a mood score every hour.",
    ),
    (
        "vendor",
        "digital",
        "Bonjour, consultants en data depuis 10 ans, nous cherchons des missions auprès de vos entreprises.",
    ),
    (
        "vendor",
        "digital",
        "Sehr geehrte Damen und Herren, wir vertreiben GPU-Server und würden uns über einen Termin freuen.",
    ),
    (
        "vendor",
        "hr-training",
        "Organisme de formation certifié Qualiopi, nous proposons des modules IA et aimerions figurer au catalogue.",
    ),
    (
        "vendor",
        "digital",
        "Hi, quick question: who handles AI partnerships at your cluster? We help companies automate their back office, happy to show a demo.",
    ),
    (
        "vendor",
        "digital",
        "Jeune pousse, nous avons conçu un outil qui fait gagner 30 % sur la facture d'énergie, nous cherchons nos dix premiers clients.",
    ),
    (
        "candidate",
        "other",
        "Bonjour, actuellement en deuxième année de master MIASHS, je cherche une entreprise pour mon alternance.",
    ),
    (
        "candidate",
        "other",
        "Guten Tag, ich habe meinen Bachelor in Mathematik und würde gern in einem Ihrer Labore promovieren.",
    ),
    (
        "candidate",
        "other",
        "Hello, I am a postdoc in NLP whose contract ends in June, are there openings in your labs?",
    ),
    (
        "candidate",
        "other",
        "Ingénieur au chômage, 52 ans, disponible de suite, je propose ma candidature à vos partenaires.",
    ),
    ("plain-it", "other", "Depuis la mise à jour, Outlook se ferme tout seul et l'agenda partagé est vide."),
    ("plain-it", "tourism", "Unsere Homepage ist von 2012 und auf dem Handy nicht lesbar."),
    (
        "plain-it",
        "construction",
        "Which cloud backup do you recommend for 15 laptops? And the VPN drops on site.",
    ),
    ("plain-it", "retail", "La caisse enregistreuse ne lit plus les cartes et la hotline ne répond pas."),
    ("plain-it", "legal", "Wir brauchen fünf neue Bildschirme und jemanden, der das Netzwerk einrichtet."),
    (
        "not-an-irritant",
        "other",
        "Bonne année à toute l'équipe, et merci pour votre accueil lors de la journée de décembre !",
    ),
    (
        "not-an-irritant",
        "other",
        "Ich schreibe ein Referat über künstliche Intelligenz für die 10. Klasse, haben Sie Material?",
    ),
    ("not-an-irritant", "other", "test 123 test"),
    ("not-an-irritant", "other", "What is artificial intelligence? Thank you"),
    ("not-an-irritant", "other", "L'association des parents d'élèves vous invite à sa kermesse samedi."),
    (
        "worker-monitoring",
        "rail",
        "Sur nos locotracteurs un capteur dirait quand le conducteur freine trop sec, le chef veut la liste des noms.",
    ),
    (
        "worker-monitoring",
        "logistics-transport",
        "Eco-driving: rank our 80 drivers by fuel and give the best a bonus.",
    ),
    (
        "worker-monitoring",
        "electronics",
        "Über dem Montageplatz hängt eine Kamera, sie soll die Handgriffe jeder Mitarbeiterin mit der Anleitung vergleichen.",
    ),
    (
        "worker-monitoring",
        "retail",
        "J'aimerais que les caméras du magasin me disent combien de temps chaque vendeur reste en réserve.",
    ),
    (
        "recruiting",
        "automotive",
        "Unsere Personalabteilung liest 3.000 Bewerbungen für 90 Lehrstellen, wer passt zu uns?",
    ),
    (
        "recruiting",
        "health-care",
        "Infirmières : 60 candidatures par mois, il faudrait répondre en 48 h aux meilleures.",
    ),
    (
        "biometric-or-emotion",
        "other",
        "Salle de sport : ouvrir la porte aux abonnés par reconnaissance du visage, sans badge.",
    ),
    (
        "biometric-or-emotion",
        "media-culture",
        "In unserem Theater wollen wir am Gesichtsausdruck des Publikums sehen, welche Szene wirkt.",
    ),
    (
        "vulnerable-people",
        "public-sector",
        "Collège en réseau d'éducation prioritaire, on voudrait repérer tôt les élèves qui vont lâcher.",
    ),
    (
        "vulnerable-people",
        "other",
        "Wir betreuen Geflüchtete und möchten ihre Anträge und Briefe automatisch sortieren.",
    ),
    (
        "vulnerable-people",
        "public-sector",
        "A hotline for children in distress, 40 chats a night, which ones cannot wait?",
    ),
    (
        "personal-profiling",
        "retail",
        "Wir haben 200.000 Kundenkarten und möchten von jedem Kunden ein Profil mit Einkommen und Familienstand schätzen.",
    ),
    (
        "personal-profiling",
        "public-sector",
        "Office HLM, repérer les locataires qui sous-louent à partir des consommations et des réseaux sociaux.",
    ),
    (
        "high-risk-ai",
        "public-sector",
        "Le tribunal de proximité veut une aide pour proposer le montant des pensions alimentaires.",
    ),
    (
        "high-risk-ai",
        "public-sector",
        "We allocate 1,200 council flats a year, the waiting list is scored by hand.",
    ),
    (
        "high-risk-ai",
        "hr-training",
        "Beim Eignungstest der Bewerber für den Studiengang soll eine KI die Aufsätze bewerten.",
    ),
    (
        "health-data",
        "health-care",
        "Laboratoire d'analyses : 900 tubes par jour, les résultats bizarres sont revus un par un par le biologiste.",
    ),
    (
        "health-data",
        "other",
        "Sportverein der ersten Liga, wir messen Schlaf und Herzfrequenz der Spieler und wollen Verletzungen vorhersagen.",
    ),
    (
        "health-data",
        "health-care",
        "Our dentists take panoramic pictures, a second opinion on caries would help.",
    ),
    (
        "health-data",
        "digital",
        "Application de suivi pour personnes diabétiques, nous voulons alerter avant l'hypoglycémie.",
    ),
    ("client-secrecy", "legal", "Huissiers : 4 000 constats par an, on retape tout depuis les photos."),
    (
        "client-secrecy",
        "mechanical",
        "Unser Kunde ist ein großer Autobauer, seine Prototypen sind geheim, Fotos verboten.",
    ),
    (
        "client-secrecy",
        "digital",
        "We translate merger documents. Nothing confidential may reach an online tool.",
    ),
    (
        "on-premises",
        "public-sector",
        "Données d'état civil : rien ne doit partir sur un serveur extérieur, tout doit rester à la mairie.",
    ),
    (
        "cross-border-data",
        "logistics-transport",
        "Notre filiale à Casablanca traite les dossiers, peut-on lui envoyer les données personnelles des clients français ?",
    ),
    (
        "regulated-sector",
        "finance-insurance",
        "Wir sind ein Zahlungsdienstleister und müssen der Aufsicht erklären, warum wir Konten sperren.",
    ),
    (
        "regulated-sector",
        "finance-insurance",
        "Broker with 9,000 policies, half the claims letters end in the wrong mailbox.",
    ),
    (
        "regulated-product",
        "pharma-medtech",
        "Sterilfüllung, die Inspektoren wollen für jede Kamera eine Validierung.",
    ),
    (
        "regulated-product",
        "plastics",
        "Nous moulons des valves pour pacemakers, tout changement de réglage demande un dossier.",
    ),
    (
        "defence",
        "aerospace",
        "Composite parts for a fighter, the customer's officers walk through the shop and phones stay outside.",
    ),
    ("defence", "chemicals", "Poudres propulsives pour munitions, modéliser le séchage sans risque."),
    (
        "ethics-approval",
        "digital",
        "Casque de réalité virtuelle : nous voulons tester sur 40 volontaires, avec mesure du stress.",
    ),
    (
        "prohibited-practice",
        "digital",
        "Im Callcenter soll die Software in Echtzeit anzeigen, welcher Agent genervt klingt.",
    ),
    (
        "prohibited-practice",
        "hr-training",
        "Détecter pendant l'entretien d'embauche si le candidat ment, d'après ses micro-expressions.",
    ),
    (
        "prohibited-practice",
        "retail",
        "We want the shop to guess ethnic origin and religion of visitors from camera images to adapt the adverts.",
    ),
    (
        "prohibited-practice",
        "public-sector",
        "Ein Punktesystem für Einwohner: wer Müll trennt und nett ist, bekommt schneller einen Termin.",
    ),
    (
        "vendor",
        "digital",
        "Nous sommes une ESN de Reims, nos ingénieurs en IA sont disponibles pour vos industriels.",
    ),
    (
        "vendor",
        "digital",
        "Wir entwickeln KI-Assistenten für den Mittelstand und suchen Unternehmen, die sie ausprobieren wollen.",
    ),
    (
        "vendor",
        "other",
        "We organise the leading AI summit and would like your cluster as gold sponsor and exhibitor.",
    ),
    (
        "candidate",
        "other",
        "Je termine ma thèse en chimie et souhaite me réorienter, connaissez-vous des entreprises qui embauchent ?",
    ),
    (
        "candidate",
        "other",
        "Sehr geehrte Damen und Herren, anbei meine Unterlagen für eine Werkstudentenstelle.",
    ),
    (
        "candidate",
        "other",
        "I'm finishing high school and want a summer internship in artificial intelligence.",
    ),
    (
        "plain-it",
        "agriculture-vine",
        "Mon ordinateur portable met dix minutes à s'allumer et je ne retrouve plus mes photos.",
    ),
    ("plain-it", "food", "Das Kassensystem verliert jeden Abend die Verbindung, der Anbieter schweigt."),
    ("plain-it", "tourism", "Could you build us a new booking website with online payment?"),
    ("plain-it", "public-sector", "La fibre n'arrive pas à la mairie et la visio coupe tout le temps."),
    ("not-an-irritant", "other", "Guten Tag, ich möchte wissen, wann Ihr Büro geöffnet ist."),
    ("not-an-irritant", "other", "Gagnez 5000 euros par jour grâce au trading automatique, cliquez ici !"),
    ("not-an-irritant", "other", "asdf asdf asdf"),
    ("not-an-irritant", "other", "Hello there, how are you? Have a nice day"),
    (
        "worker-monitoring",
        "tourism",
        "Hôtel de 200 chambres. La gouvernante chronomètre les femmes de chambre au téléphone, on nous vend une appli qui le ferait toute seule. Les filles menacent de partir.",
    ),
    (
        "worker-monitoring",
        "energy-utilities",
        "Unsere Techniker fahren angeblich Umwege. Mit den GPS-Daten der Wagen könnte man das sehen, aber der Personalrat mauert.",
    ),
    (
        "worker-monitoring",
        "foundry-metals",
        "After two burns this year, management wants the cameras at the furnace to raise an alarm when somebody comes without a visor. The union asks who sees the pictures.",
    ),
    (
        "recruiting",
        "food",
        "Pour la saison on embauche 250 personnes en six semaines. Les candidatures arrivent par mail, par Facebook, sur papier. On perd les bons parce qu'on répond trop tard.",
    ),
    (
        "recruiting",
        "digital",
        "Personalvermittlung für IT-Leute. Wir bekommen Lebensläufe in fünf Formaten und sollen in zwei Stunden drei Vorschläge machen.",
    ),
    (
        "health-data",
        "health-care",
        "Soins à domicile, 1 200 visites par jour. Les infirmières dictent dans la voiture, et le médecin reçoit un roman illisible.",
    ),
    (
        "health-data",
        "health-care",
        "Dialysezentrum: wir würden gern vorher wissen, wem bei der Behandlung der Blutdruck wegsackt. Daten von 15 Jahren liegen auf dem Server.",
    ),
    (
        "health-data",
        "digital",
        "We are five people making software for fertility clinics. Doctors grade embryos by eye and disagree; we hold 60,000 pictures under contract.",
    ),
    (
        "vulnerable-people",
        "health-care",
        "Structure pour adultes autistes. On voudrait comprendre ce qui précède les crises, on note tout sur des cahiers depuis 2009.",
    ),
    (
        "vulnerable-people",
        "public-sector",
        "Stadtverwaltung, Schulamt: 40 Kinder pro Jahr verschwinden zwischen Kita und Schule aus der Statistik, meist in Familien mit Problemen.",
    ),
    (
        "personal-profiling",
        "media-culture",
        "Our newspaper would like to know who is about to cancel, from what each reader reads, at what hour, politics included.",
    ),
    (
        "personal-profiling",
        "finance-insurance",
        "Caisse d'assurance : les déclarations de dégât des eaux gonflent. Repérer les exagérations sans traiter tout le monde de menteur.",
    ),
    (
        "high-risk-ai",
        "hr-training",
        "Our nursing school has 1,900 applications for 60 places. Three teachers read motivation letters for a month.",
    ),
    (
        "client-secrecy",
        "legal",
        "Cabinet de 14 avocats. Chaque matin la même recherche de jurisprudence, et un stagiaire a collé un dossier dans un robot en ligne. L'associé principal a blêmi.",
    ),
    (
        "client-secrecy",
        "chemicals",
        "Auftragslabor: 400 Kunden, deren Proben und Ergebnisse sich nie vermischen dürfen, aber das Wissen daraus wäre Gold wert. Vertraulichkeit steht in jedem Vertrag.",
    ),
    (
        "regulated-sector",
        "finance-insurance",
        "Fund house in Luxembourg: every client letter is checked by two lawyers, CSSF rules change monthly.",
    ),
    (
        "regulated-product",
        "pharma-medtech",
        "Wir bauen Beatmungsgeräte. Service meldet Ausfälle, die niemand reproduzieren kann, und jede Softwareänderung muss neu zugelassen werden.",
    ),
    (
        "defence",
        "mechanical",
        "Nous usinons des culasses pour un client étatique, je ne peux pas en dire plus. Contrôle à la main, trois retraités qui ont l'habilitation.",
    ),
    (
        "defence",
        "digital",
        "We write mission software for surveillance drones used by armed forces and need people who understand sensor fusion.",
    ),
    (
        "cross-border-data",
        "retail",
        "Enseigne française avec entrepôt à Kehl et centre d'appels à Tunis : qui a le droit de voir les fiches des clients ?",
    ),
    (
        "prohibited-practice",
        "food",
        "La direction a vu un film : une caméra qui repère à la cantine les salariés malheureux. Est-ce que vous savez faire ça ?",
    ),
    (
        "prohibited-practice",
        "digital",
        "Call centre, 300 seats. We would like the headset to tell team leaders whose voice is getting annoyed or tired so they can step in.",
    ),
    (
        "vendor",
        "digital",
        "Bonjour, suite à votre passage sur France 3 je me permets de vous contacter : notre suite logicielle automatise la gestion documentaire des PME. Auriez-vous un créneau ?",
    ),
    (
        "vendor",
        "hr-training",
        "Trainerin für KI-Kompetenz, zertifiziert, Tagessatz 1.400 €. Ich stelle mich gern vor und freue mich auf Empfehlungen an Ihre Betriebe.",
    ),
    (
        "vendor",
        "digital",
        "We built a computer vision API, live at 40 plants. Who should I speak to about getting it in front of manufacturers in your region?",
    ),
    (
        "candidate",
        "other",
        "Bonjour, papa de deux enfants, ancien boulanger, j'ai fait une formation de développeur et personne ne me répond. Auriez-vous un poste, même un stage ?",
    ),
    (
        "candidate",
        "other",
        "Moin, ich bin 24, habe Maschinenbau studiert und hätte Lust auf eine Promotion mit Industrie. Wie bewerbe ich mich?",
    ),
    (
        "plain-it",
        "construction",
        "Les plans mettent une plombe à s'ouvrir depuis qu'on est passé sur le nouveau serveur, et deux PC affichent un écran bleu.",
    ),
    (
        "plain-it",
        "wood-paper",
        "Unser Programm für Angebote läuft nur noch unter Windows 7, und der Händler ist pleite. Wer richtet uns neue Rechner ein?",
    ),
    (
        "plain-it",
        "hr-training",
        "Students cannot log in to the learning platform since Tuesday, passwords get rejected, the helpdesk is on holiday.",
    ),
    (
        "not-an-irritant",
        "public-sector",
        "Wir haben gehört, jetzt macht jeder KI. Ein konkretes Thema haben wir nicht, aber der Bürgermeister möchte ein Foto in der Zeitung.",
    ),
    (
        "not-an-irritant",
        "other",
        "Dear friend, I have a business proposal worth 4.5 million dollars, kindly reply.",
    ),
    (
        "worker-monitoring",
        "retail",
        "Dans nos 12 magasins la démarque vient souvent de l'intérieur. Le directeur veut brancher les caméras sur une IA qui regarde les gestes en caisse et en réserve.",
    ),
    (
        "worker-monitoring",
        "digital",
        "Wir haben 60 Leute im Kundendienst. Eine Firma bietet an, jedes Gespräch automatisch zu benoten. Mein Bauch sagt nein, die Geschäftsführung sagt ja.",
    ),
    (
        "worker-monitoring",
        "construction",
        "Lone workers in tunnels: badge that tells us where each man is and whether he moves. The men call it a dog collar.",
    ),
    (
        "health-data",
        "health-care",
        "Cabinet de groupe, cinq généralistes. Le courrier des spécialistes arrive en PDF et personne ne le range, un cancer a été vu trois mois trop tard.",
    ),
    (
        "health-data",
        "health-care",
        "Rettungsdienst: aus dem Funkspruch soll das Protokoll entstehen, nachts schreibt keiner mehr ordentlich.",
    ),
    (
        "vulnerable-people",
        "public-sector",
        "Nous logeons des familles à la rue pour l'État. 3 000 appels par semaine au 115, on répond à un tiers. Qui rappeler ?",
    ),
    (
        "vulnerable-people",
        "hr-training",
        "Our tutors help kids after school. An app should notice when one of them is sinking, before the parents do.",
    ),
    (
        "personal-profiling",
        "energy-utilities",
        "Mit Smart-Meter-Daten könnten wir sehen, wer arm heizt, und Hilfe anbieten. Dürfen wir das?",
    ),
    (
        "high-risk-ai",
        "finance-insurance",
        "Microcrédit associatif : 700 demandes, huit bénévoles, et la peur de refuser à tort.",
    ),
    (
        "client-secrecy",
        "legal",
        "Notariat in Colmar, Erbfälle über drei Generationen und zwei Sprachen. Die Suche in alten Urkunden frisst Wochen.",
    ),
    (
        "regulated-product",
        "pharma-medtech",
        "Tests rapides de grossesse et de grippe : la lecture de la bandelette par téléphone ferait de nous des fabricants de logiciel, paraît-il.",
    ),
    (
        "defence",
        "electronics",
        "We harden circuit boards for vehicles that get shot at. The buyer wants the failure model, we may not export the data.",
    ),
    (
        "on-premises",
        "chemicals",
        "Le groupe a banni tout service en ligne après une fuite. Si vous avez quelque chose qui tourne sur une machine débranchée du monde, on prend.",
    ),
    (
        "prohibited-practice",
        "logistics-transport",
        "Am Lenkrad eine Kamera, die dem Chef sagt, ob der Fahrer schlechte Laune hat. Unser Disponent fände das lustig, ich nicht.",
    ),
    (
        "prohibited-practice",
        "public-sector",
        "La mairie voudrait attribuer des points aux familles selon le comportement des enfants et le tri des poubelles ; les bons élèves auraient la crèche d'abord.",
    ),
    (
        "vendor",
        "digital",
        "Wir haben eine Software für Predictive Maintenance, läuft bei 30 Kunden. Können Sie uns Kontakte zu Gießereien vermitteln?",
    ),
    (
        "candidate",
        "other",
        "Salut, je sors d'un BTS informatique, pas de réponse à mes 80 mails, si quelqu'un dans votre cluster prend des débutants je suis motivé.",
    ),
    (
        "candidate",
        "other",
        "My name is Amina, MSc in robotics from Tunis. I would love to do my doctorate in your region, is there funding?",
    ),
    (
        "plain-it",
        "legal",
        "Nos mails partent en indésirables chez tous nos clients depuis jeudi, et le nom de domaine expire bientôt.",
    ),
    (
        "not-an-irritant",
        "other",
        "Could you tell me what time the conference starts and whether there is parking?",
    ),
    (
        "not-an-irritant",
        "other",
        "Nous préparons un TPE avec mes camarades de première, est-ce que les robots vont remplacer les médecins ?",
    ),
    (
        "",
        "health-care",
        "Les bips des pompes à eau de la chaufferie de l'hôpital, personne n'y répond, la maintenance court partout.",
    ),
    ("", "health-care", "Hospital laundry: 4 tonnes a day, sheets vanish, and the dryer burns gas like mad."),
    (
        "",
        "logistics-transport",
        "Nos chauffeurs perdent deux heures aux frontières, prévoir l'attente à la douane.",
    ),
    (
        "",
        "logistics-transport",
        "Touren für 40 Fahrer planen, Lenkzeiten einhalten, jeden Morgen ein Puzzle.",
    ),
    ("", "mechanical", "Operators note the cause of each stop on paper, nobody can read it afterwards."),
    ("", "mechanical", "Les opérateurs sont agacés par les fausses alarmes de la caméra de contrôle."),
    (
        "",
        "automotive",
        "Unsere Mitarbeiter sind frustriert, weil das neue System dauernd falsche Ausschussmeldungen gibt.",
    ),
    ("", "food", "We film the conveyor to count broken biscuits, the light changes all day."),
    (
        "",
        "construction",
        "Recruter des coffreurs est devenu impossible, on aimerait préfabriquer plus et mieux planifier.",
    ),
    (
        "",
        "retail",
        "Customers leave bad reviews about sizes; read 20,000 of them and tell us why boots come back.",
    ),
    ("", "retail", "Welche Artikel kaufen Kunden zusammen? Wir wollen die Regale besser füllen."),
    (
        "",
        "energy-utilities",
        "Prévoir la consommation de 12 000 foyers d'un quartier à partir des compteurs du poste, en agrégé.",
    ),
    (
        "",
        "public-sector",
        "Les habitants appellent tous pour la même chose : quand passe la benne. Un assistant répondrait.",
    ),
    (
        "",
        "public-sector",
        "Schulbusse: 60 Kinder an drei Haltestellen, jedes Jahr neue Wege, die Planung frisst den August.",
    ),
    (
        "",
        "hr-training",
        "Our teachers prepare worksheets every night, could they learn to do it with an assistant, safely?",
    ),
    (
        "",
        "hr-training",
        "Nous voulons former 200 demandeurs d'emploi aux outils d'IA, qui sait animer cela ?",
    ),
    ("", "finance-insurance", "Fiduciaire : la TVA de factures étrangères est mal saisie une fois sur dix."),
    (
        "",
        "legal",
        "Que change le règlement européen pour un fabricant d'ascenseurs ? Une journée de conseil suffirait.",
    ),
    ("", "agriculture-vine", "Vétérinaire rurale : compter les cellules au microscope prend ma soirée."),
    (
        "",
        "pharma-medtech",
        "Quelle molécule synthétiser ensuite ? Dix ans d'essais au labo, personne ne les relit.",
    ),
    ("", "aerospace", "Turbine blades for civil engines, 14 % scrap after casting, cause unknown."),
    (
        "",
        "aerospace",
        "Bagages et fret : prévoir le poids avant l'embarquement pour charger moins de carburant.",
    ),
    (
        "",
        "media-culture",
        "Wir digitalisieren Feldpost aus dem Ersten Weltkrieg und können die Handschrift nicht lesen.",
    ),
    ("", "media-culture", "Reconnaître les visages sculptés et les saints sur 5 000 photos de chapelles."),
    (
        "",
        "digital",
        "Notre start-up fabrique un capteur de sols, le modèle dérive avec l'humidité et nous cherchons un labo pour comprendre.",
    ),
    (
        "",
        "digital",
        "We sell a scheduling tool to dairies; its forecasts are poor on holidays and we want a research partner.",
    ),
    (
        "",
        "digital",
        "Wir bieten Hosting an. 11.000 Alarme pro Woche, und der eine echte Einbruch ging unter.",
    ),
    (
        "",
        "mechanical",
        "Unser Server sammelt seit 2015 Maschinendaten, keiner wertet sie aus. Wann bricht die Spindel?",
    ),
    ("", "wood-paper", "Notre ERP contient 12 ans de commandes, on devrait en tirer une prévision de bois."),
    (
        "",
        "automotive",
        "Nous aimerions accueillir un stagiaire puis un doctorant Cifre sur l'usure des freins.",
    ),
    ("", "electronics", "Suche Masterstudentin für Bildverarbeitung an Lötstellen, wir betreuen gern."),
    (
        "",
        "chemicals",
        "Security data sheets in five languages, the regulation changes every year, one person translates.",
    ),
    (
        "",
        "plastics",
        "We want it to run on a small box next to the press, the internet in our valley is poor.",
    ),
    ("", "textile", "Der Geruch darf die Halle nicht verlassen, die Abluftfilter sind nach zwei Wochen zu."),
    ("", "rail", "Les passagers arrivent tous en même temps, compter combien de places restent par voiture."),
    ("", "tourism", "Visitors queue two hours at the castle, forecast the peaks and tell them when to come."),
    (
        "",
        "energy-utilities",
        "Notre plus ancien exploitant de barrage part, il sent la turbine avant les capteurs.",
    ),
    ("", "other", "Facteur de pianos, je cherche à comprendre pourquoi la table d'harmonie fend l'hiver."),
    ("", "food", "Abattoir : classer les carcasses à l'œil fatigue, les éleveurs contestent la note."),
    (
        "",
        "construction",
        "Crédits carbone de nos bétons, le calcul est refait à la main à chaque appel d'offres.",
    ),
    (
        "",
        "health-care",
        "La pharmacie de l'hôpital gère 3 000 références, les stocks de gants et de seringues sont toujours faux.",
    ),
    ("", "pharma-medtech", "Unser Chromatograph driftet, wir kalibrieren jede Woche von Hand."),
    ("", "finance-insurance", "Expert-comptable, les relevés de banque arrivent en PDF et on les retape."),
    (
        "",
        "mechanical",
        "Our supplier's auditors keep finding the same drawing mistakes, can software spot them earlier?",
    ),
    (
        "",
        "mechanical",
        "Nos clients nous envoient la même demande de prix trois fois sous trois noms, détecter les doublons.",
    ),
    (
        "",
        "logistics-transport",
        "Les conducteurs attendent à quai, nous voudrions leur donner un créneau fiable.",
    ),
    ("", "construction", "Mes compagnons perdent une heure par jour à chercher l'outillage sur le chantier."),
    ("", "construction", "Wie schnell trocknet der Estrich? Unsere Leute messen jeden Tag und warten."),
    ("", "food", "Les équipes du soir règlent le four autrement que celles du matin, qui a raison ?"),
    ("", "agriculture-vine", "Prévoir le poids des porcs par caméra sans les peser."),
    ("", "energy-utilities", "Wir wollen wissen, welche Häuser an das Wärmenetz passen."),
    ("", "public-sector", "Prévoir l'affluence à la piscine et à la cantine scolaire pour commander moins."),
    (
        "",
        "public-sector",
        "Comptes rendus du conseil municipal : trois soirs pour taper deux heures de débats enregistrés.",
    ),
    ("", "hr-training", "Wir schreiben jedes Jahr 80 Lehrpläne um, eine Hilfe beim Formulieren wäre gut."),
    ("", "retail", "Prévoir les ventes de glaces et le nombre de caisses à ouvrir le samedi."),
    ("", "tourism", "Personal finden wir keins mehr, die Rezeption soll nachts automatisch antworten."),
    ("", "media-culture", "Our subtitles are typed by hand, actors improvise and everything is out of sync."),
    (
        "",
        "textile",
        "Trieuses fatiguées par 14 tonnes de vêtements par jour, reconnaître la matière automatiquement.",
    ),
    (
        "",
        "digital",
        "Nos développeurs juniors copient du code généré, comment mesurer la qualité de ce qu'on livre ?",
    ),
    (
        "",
        "aerospace",
        "Die Montage der Sitze dauert länger als geplant, wir möchten die Reihenfolge optimieren.",
    ),
    ("", "electronics", "The tester PC logs 2 GB per day; which measurements really predict field returns?"),
    (
        "",
        "chemicals",
        "Jede Nacht kommen 300 E-Mails mit Laborwerten, jemand tippt sie in Excel, wir wollen daraus ein Modell bauen.",
    ),
    (
        "",
        "rail",
        "Annonces en gare : les voyageurs ne comprennent rien, les traduire et les rendre audibles.",
    ),
    (
        "",
        "wood-paper",
        "Chef de scierie, je veux que mes gars gardent leurs doigts : arrêter la lame si une main approche.",
    ),
    (
        "",
        "plastics",
        "On nous parle de secret de fabrication du granulé, le fournisseur ne dit rien et chaque lot est différent.",
    ),
    ("", "automotive", "Der Betriebsrat ist einverstanden, jetzt suchen wir eine Schulung für 300 Leute."),
    ("", "other", "Club d'échecs, nous aimerions numériser 40 ans de feuilles de partie."),
    ("", "legal", "Wir stellen Aufzüge her, fällt unsere Türsteuerung unter die neue Verordnung?"),
    (
        "",
        "foundry-metals",
        "Coulée sous pression, porosités sur un lot sur quatre. Le chef de poste règle la vitesse au feeling, l'équipe de nuit autrement. Trois ans de courbes machine que personne n'ouvre. Le client automobile menace de nous déclasser.",
    ),
    (
        "",
        "automotive",
        "Every Monday the welding robots need an hour to warm up and nobody knows why. Our two senior technicians argue, the supplier sends invoices. We log everything, read nothing.",
    ),
    (
        "",
        "mechanical",
        "Wir haben 40 Kundendienstmonteure im Außendienst, jeder schreibt seine Berichte anders. Wenn einer in Rente geht, weiß keiner mehr, welche Pumpe welches Problem hatte.",
    ),
    (
        "",
        "electronics",
        "Les retours clients arrivent avec des mots comme « ça clignote ». Quatre personnes décident à la main si c'est la carte ou l'alimentation. On voudrait trier plus vite, 600 mails par semaine.",
    ),
    (
        "",
        "food",
        "Fromagerie, l'affineur goûte et tape du doigt. Il a 63 ans. Ses deux apprentis ne sentent pas la même chose que lui et on jette 6 % des meules.",
    ),
    (
        "",
        "logistics-transport",
        "Unsere Fahrer stehen stundenlang am Zoll, die Papiere kommen in fünf Sprachen. Wer plant, plant mit Bleistift. Wir hätten gern eine Vorhersage der Wartezeit.",
    ),
    (
        "",
        "retail",
        "Nos vendeurs répondent cent fois par jour à la même question sur les tailles, et les clients repartent sans acheter. Un assistant en rayon, dans trois langues ?",
    ),
    (
        "",
        "retail",
        "Which of our 9,000 articles should be reordered before the holidays? The buyer has a notebook, the till has data since 2012.",
    ),
    (
        "",
        "agriculture-vine",
        "Éleveur de brebis, je perds des agneaux la nuit et je ne peux pas être partout. Une caméra dans la bergerie qui appelle quand ça commence ?",
    ),
    (
        "",
        "energy-utilities",
        "Stadtwerke: bei Sturm rufen alle gleichzeitig an, drei Leute am Telefon. Die Störungskarte hinkt eine Stunde hinterher.",
    ),
    (
        "",
        "energy-utilities",
        "Predict the output of 61 turbines two days ahead, the grid operator fines us for errors. No personal data, plenty of SCADA.",
    ),
    (
        "",
        "construction",
        "Bureau d'études, on dimensionne chaque dalle comme si c'était la première. Vingt ans de notes de calcul sur le serveur, aucune recherche possible. Les jeunes ingénieurs s'en vont.",
    ),
    (
        "",
        "public-sector",
        "Commune de 3 000 âmes. Les demandes d'urbanisme, les demandes de location de salle, les plaintes pour le bruit, tout arrive dans la même boîte et la secrétaire pleure.",
    ),
    (
        "",
        "public-sector",
        "Our archive holds 80 metres of parish registers and council minutes. Volunteers transcribe 200 pages a year.",
    ),
    (
        "",
        "hr-training",
        "Centre de formation pour adultes, nos supports datent de 2014. Les formateurs veulent apprendre à se servir des outils d'IA sans dire de bêtises aux stagiaires.",
    ),
    (
        "",
        "health-care",
        "Wäscherei und Logistik eines Klinikums: 300 Transportaufträge am Tag, Wagen stehen am falschen Aufzug, Wartung vergisst man.",
    ),
    (
        "",
        "tourism",
        "Camping de 400 emplacements. En juillet la piscine déborde, en mai on chauffe pour dix personnes. Prévoir les arrivées et régler la chaudière.",
    ),
    (
        "",
        "media-culture",
        "Radio locale : trouver une phrase dans 35 ans de bandes. Les journalistes y passent la journée, et on se méfie des faux enregistrements.",
    ),
    (
        "",
        "digital",
        "Wir pflegen Software für Kommunen, zwei Millionen Zeilen, drei Entwickler. Wer kann uns helfen, Tests zu schreiben, bevor wir umbauen?",
    ),
    (
        "",
        "digital",
        "Small studio, we make a game for museums. Our characters speak like robots in German and the children laugh at the wrong place.",
    ),
    (
        "",
        "chemicals",
        "Le client change de matière première et on recommence quarante essais. Le doctorant qui avait fait les plans d'expériences est parti, ses scripts ne tournent plus.",
    ),
    (
        "",
        "plastics",
        "Regulation bans a flame retardant in 2028. We must find a substitute among 300 candidates and each trial costs a week.",
    ),
    (
        "",
        "rail",
        "Nos agents de maintenance notent les défauts de voie au stylo. La moitié est illisible, l'autre en double. On voudrait une liste claire le lundi.",
    ),
    (
        "",
        "aerospace",
        "Wir fräsen Titanteile für zivile Triebwerke, die Werkzeuge brechen ohne Vorwarnung. Spindelstrom wird gemessen, aber nie ausgewertet.",
    ),
    (
        "",
        "textile",
        "On voudrait que la machine à tricoter s'arrête avant le trou, pas après. L'opératrice surveille douze machines à la fois.",
    ),
    (
        "",
        "wood-paper",
        "Le camion attend, le grutier choisit les grumes à l'œil. Une note de qualité par grume nous éviterait des disputes avec les propriétaires.",
    ),
    (
        "",
        "finance-insurance",
        "Bookkeeping office, thirty bakeries as clients. Receipts arrive in shoe boxes. Can a machine read thermal paper?",
    ),
    (
        "",
        "legal",
        "Nous fabriquons des jouets et ne savons pas si le nouveau règlement nous concerne. Une formation d'un jour pour le chef de produit suffirait.",
    ),
    (
        "",
        "other",
        "Horlogerie-bijouterie, six personnes : reconnaître les poinçons sur photo pour dater les pièces qu'on nous apporte.",
    ),
    (
        "",
        "pharma-medtech",
        "Notre animalerie consomme trop d'électricité et les compresseurs tombent en panne, on veut anticiper.",
    ),
    (
        "",
        "automotive",
        "Der Lack hat Orangenhaut, mal auf der Haube, mal an der Tür. Drei Lackierer, drei Erklärungen. Klima, Viskosität und Robotergeschwindigkeit werden aufgezeichnet.",
    ),
    (
        "",
        "mechanical",
        "Notre commercial répond aux appels d'offres publics, 90 pages à lire pour savoir si on est éligible. Un sur dix nous concerne.",
    ),
    (
        "",
        "food",
        "Bottling line stops forty times per shift, operators clear the jam and forget to say why. We want the real top three causes.",
    ),
    (
        "",
        "construction",
        "Wir sanieren Altbauten. Feuchte im Keller, und drei Gutachter sagen drei Sachen. Sensoren hätten wir, wer versteht die Kurven?",
    ),
    (
        "",
        "retail",
        "Pharmacie de quartier ? Non, herboristerie : 400 plantes, les clients envoient des photos de feuilles et demandent ce que c'est.",
    ),
    (
        "",
        "agriculture-vine",
        "Our sheep dogs are fine, our fences are not: find broken fence from drone pictures before the flock does.",
    ),
    (
        "",
        "public-sector",
        "Les arbres de la ville : 18 000, deux agents. Savoir lesquels vont tomber avant la tempête plutôt qu'après.",
    ),
    (
        "",
        "public-sector",
        "Das Bürgertelefon wird überrannt, wenn die Müllabfuhr ausfällt. 70 % der Anrufe sind dieselben drei Fragen.",
    ),
    (
        "",
        "hr-training",
        "Notre école de conduite de grues voudrait un simulateur qui s'adapte au niveau de chacun, moins cher que 200 000 €.",
    ),
    (
        "",
        "health-care",
        "Bloc opératoire : les boîtes d'instruments reviennent incomplètes de la stérilisation, on perd 40 minutes à chercher une pince.",
    ),
    (
        "",
        "tourism",
        "Zoo: wann kommen die Besucher, wie viel Futter und Eis bestellen wir, und warum ist die Kasse 2 immer voll?",
    ),
    (
        "",
        "digital",
        "Nous éditons un logiciel de caisse pour boulangers, nos clients voudraient une prévision du nombre de baguettes et nous n'avons pas la compétence.",
    ),
    (
        "",
        "electronics",
        "We design chips for hearing protection, simulation takes 30 hours per corner. A surrogate model maybe?",
    ),
    (
        "",
        "chemicals",
        "Geruchsbeschwerden der Anwohner, wir wissen nicht, welche Anlage es war. Wind und Emissionen werden gemessen.",
    ),
    (
        "",
        "logistics-transport",
        "On charge les remorques à l'œil, il reste un mètre vide partout. Le meilleur chargeur est parti chez le concurrent.",
    ),
    (
        "",
        "energy-utilities",
        "Biogasanlage, die Bakterien sind launisch. Futter wechselt, Gas fällt, und wir merken es am dritten Tag.",
    ),
    (
        "",
        "media-culture",
        "The choir archive has 4,000 handwritten scores. Playable files would be lovely, our members are over seventy.",
    ),
    (
        "",
        "finance-insurance",
        "Cabinet d'expertise comptable, 40 collaborateurs, la moitié du temps passe à classer des pièces que les clients nomment IMG_2034.",
    ),
    (
        "",
        "plastics",
        "L'opérateur sort la pièce trop chaude, elle se voile. On a une caméra thermique, et après ?",
    ),
    (
        "",
        "aerospace",
        "Our test bench records 400 channels and engineers look at six. Anomalies are found by the customer of the civil programme.",
    ),
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


def test_many_words_stay_quick(engine, judge):
    need = Need("the camera films workers and patients who predict and score children. " * 600, today=TODAY)
    assert judge.assess(need, read(need, engine.recogniser)).verdict == "hold"


def test_negation_and_the_word_after_it(engine, judge):
    for text in (
        "Aucune donnée patient, aucun dossier médical.",
        "Keine Patientendaten und ohne Krankenakten.",
    ):
        need = Need("Die Pumpe fällt aus. " + text, sector="mechanical", today=TODAY)
        assert judge.assess(need, read(need, engine.recogniser)).verdict == "match"


@pytest.mark.parametrize(
    "rules",
    [
        "when: a",
        "[a] perhaps",
        "[a]\nwhen: b",
        "[vendor] redirect\nwhen: nobody",
        "[a]\nfr: x\n[a]\nfr: y",
        "[a] hold\nup: b",
    ],
)
def test_unreadable_rules_are_named(tmp_path, rules):
    path = tmp_path / "verdicts.txt"
    path.write_text(rules, encoding="utf-8")
    with pytest.raises(ThesaurusError, match="verdicts"):
        Judge(path)
