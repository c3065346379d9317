"""What leaves: forms with their whole history, as PDF, ODM and tables.

    casebook  what is printed, as plain data     body, trail, compose  make it from the tables
    pdf       casebook -> PDF/A-3u               attachments, odm      the files inside it
    volume    several forms in one file          gather                makes it from the tables
    sheets    what stands over many records      books                 the templates of each content
    asked     the queries of a list
    press     lays its pieces out, once each     bind                  joins them to one PDF/A
    seal      the seal on the finished file      verify                checks a file, also offline

This layer only reads.
"""
